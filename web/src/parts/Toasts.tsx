import { CircleCheck, SquareX, X } from 'lucide-react';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';

import { partWords } from '../words/parts';
import { useWords } from '../words/words';
import { IconButton } from './Button';

interface Toast {
  id: number;
  tone: 'success' | 'error';
  text: ReactNode;
}

type Say = (text: ReactNode, tone?: Toast['tone']) => void;

const ToastContext = createContext<Say>(() => undefined);
const kShownMs = 6_000;
const kToastsMax = 4;
let nextId = 1;

/** Short words about an act that is done; never the only place of a message. Errors stay until they are closed. */
export function useToast(): Say {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const words = useWords(partWords);
  const [toasts, setToasts] = useState<Toast[]>([]);
  const drop = useCallback((id: number) => setToasts((old) => old.filter((toast) => toast.id !== id)), []);
  const say = useCallback<Say>(
    (text, tone = 'success') => {
      const id = nextId++;
      setToasts((old) => [...old, { id, tone, text }].slice(-kToastsMax));
      if (tone === 'success') setTimeout(() => drop(id), kShownMs);
    },
    [drop],
  );
  const list = useMemo(
    () => (
      <div className="toasts">
        {(['success', 'error'] as const).map((tone) => (
          <div key={tone} role={tone === 'error' ? 'alert' : 'status'}>
            {toasts
              .filter((toast) => toast.tone === tone)
              .map((toast) => (
                <div key={toast.id} className={`toast note-${tone}`}>
                  {tone === 'error' ? <SquareX size={16} aria-hidden /> : <CircleCheck size={16} aria-hidden />}
                  <span>{toast.text}</span>
                  <IconButton label={words.close} onClick={() => drop(toast.id)}>
                    <X size={14} />
                  </IconButton>
                </div>
              ))}
          </div>
        ))}
      </div>
    ),
    [toasts, words, drop],
  );
  return (
    <ToastContext.Provider value={say}>
      {children}
      {list}
    </ToastContext.Provider>
  );
}
