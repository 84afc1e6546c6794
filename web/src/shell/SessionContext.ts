import { createContext, useContext } from 'react';

import { kManagersActions, kManagingAccountActions, kSesActions } from '../api/actions';
import { allows, type Session } from '../api/session';

export interface Console {
  session: Session;
  /** Reads the session again, after the person changed what it says. */
  refreshSession: () => Promise<void>;
  region: string;
  chooseRegion: (region: string) => void;
}

export const ConsoleContext = createContext<Console | undefined>(undefined);

/** Who is logged in, and the chosen region; inside the shell there always is one. */
export function useConsole(): Console {
  const value = useContext(ConsoleContext);
  if (!value) throw new Error('useConsole is used outside the shell');
  return value;
}

export function mayCall(session: Session, action: string): boolean {
  if (kManagersActions.has(action)) return session.administers && session.actions.includes('*');
  if (kManagingAccountActions.has(action) && !session.administers) return false;
  return allows(session, action, kSesActions.has(action) ? 'ses' : 'sesame');
}

/** Whether the person's role and account allow an action, for the state of buttons; the server decides. */
export function useMay(): (action: string) => boolean {
  const { session } = useConsole();
  return (action) => mayCall(session, action);
}
