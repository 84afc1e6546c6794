import {
  ChartLine,
  Code,
  FileText,
  Gauge,
  Globe,
  Inbox,
  Mail,
  Send,
  Server,
  Settings,
  ShieldCheck,
  Users,
  type LucideIcon,
} from 'lucide-react';
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

import type { Session } from '../api/session';
import { mayCall } from './SessionContext';

/** What a folder of src/pages says about itself, in its page.ts. */
export interface PageEntry {
  name: PageName;
  /** Loads the component, which is the default export of its module and shows all addresses below its path. */
  load: () => Promise<{ default: ComponentType }>;
}

export type PageName =
  | 'overview'
  | 'messages'
  | 'delivery'
  | 'statistics'
  | 'tasks'
  | 'groups'
  | 'templates'
  | 'blocks'
  | 'domains'
  | 'settings'
  | 'inbox'
  | 'explorer';

export type GroupName = 'watch' | 'send' | 'protect' | 'setUp' | 'build';

interface Place {
  name: PageName;
  group: GroupName;
  icon: LucideIcon;
  /** The letter behind `g` that leads here. */
  letter: string;
  /** The action without which the page has nothing to show. */
  reads?: string;
}

/** The navigation in its order. Pages whose folder is not there yet are not shown. */
const kPlaces: Place[] = [
  { name: 'overview', group: 'watch', icon: Gauge, letter: 'o', reads: 'GetStatisticsReport' },
  { name: 'messages', group: 'watch', icon: Mail, letter: 'm', reads: 'ListMails' },
  { name: 'delivery', group: 'watch', icon: Server, letter: 'v', reads: 'ListSendTasks' },
  { name: 'statistics', group: 'watch', icon: ChartLine, letter: 's', reads: 'GetStatisticsReport' },
  { name: 'tasks', group: 'send', icon: Send, letter: 't', reads: 'ListSendTasks' },
  { name: 'groups', group: 'send', icon: Users, letter: 'r', reads: 'ListReceivers' },
  { name: 'templates', group: 'send', icon: FileText, letter: 'p', reads: 'ListEmailTemplates' },
  { name: 'blocks', group: 'protect', icon: ShieldCheck, letter: 'b', reads: 'ListBlackEmailAddress' },
  { name: 'domains', group: 'setUp', icon: Globe, letter: 'd', reads: 'ListEmailIdentities' },
  { name: 'settings', group: 'setUp', icon: Settings, letter: 'c' },
  { name: 'inbox', group: 'build', icon: Inbox, letter: 'i', reads: 'ListInboxMails' },
  { name: 'explorer', group: 'build', icon: Code, letter: 'e' },
];

export interface ShownPage extends Place {
  component: LazyExoticComponent<ComponentType>;
  /** Loads the code ahead, when the pointer rests on the link. */
  prefetch: () => void;
}

export function definePage(entry: PageEntry): PageEntry {
  return entry;
}

const kFound = Object.values(
  import.meta.glob<{ default: PageEntry }>('../pages/*/page.ts', { eager: true }),
).map((module) => module.default);

/** The pages that exist, in the order of the navigation. */
export const kPages: ShownPage[] = kPlaces.flatMap((place) => {
  const entry = kFound.find((found) => found.name === place.name);
  if (!entry) return [];
  return [{ ...place, component: lazy(entry.load), prefetch: () => void entry.load() }];
});

/** The pages that have something to show to somebody of this role. */
export function pagesFor(session: Session): ShownPage[] {
  return kPages.filter((page) => page.reads === undefined || mayCall(session, page.reads));
}

export function hasPage(name: PageName): boolean {
  return kPages.some((page) => page.name === name);
}
