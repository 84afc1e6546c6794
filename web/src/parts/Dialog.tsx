import { X } from 'lucide-react';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';

import { partWords } from '../words/parts';
import { useWords } from '../words/words';
import { Button, IconButton } from './Button';
import type { ButtonCall } from './CallMark';
import { TextField } from './Field';

interface DialogProps {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  /** The buttons below; the one that acts stands last. */
  actions?: ReactNode;
  /** A wide panel at the right side instead of a box in the middle. */
  drawer?: boolean;
  wide?: boolean;
}

/** A dialogue on the browser's own element: it keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({ title, onClose, children, actions, drawer, wide }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const words = useWords(partWords);
  useEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={element}
      className={drawer ? 'dialog drawer' : wide ? 'dialog dialog-wide' : 'dialog'}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <IconButton label={words.close} onClick={onClose}>
          <X size={16} />
        </IconButton>
      </header>
      <div className="dialog-body">{children}</div>
      {actions && <footer className="dialog-actions">{actions}</footer>}
    </dialog>
  );
}

export function Drawer(props: Omit<DialogProps, 'drawer'>) {
  return <Dialog drawer {...props} />;
}

/** Asks before an act that cannot be undone; `typed` must be typed first when the act touches many. */
export function ConfirmDialog(props: {
  title: string;
  children?: ReactNode;
  action: string;
  danger?: boolean;
  typed?: string;
  busy?: boolean;
  call?: ButtonCall | undefined;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const words = useWords(partWords);
  const [text, setText] = useState('');
  const missing = props.typed !== undefined && text !== props.typed;
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>{words.back}</Button>
          <Button
            look={props.danger ? 'danger' : 'filled'}
            disabled={missing || props.busy}
            call={props.call}
            onClick={props.onConfirm}
          >
            {props.action}
          </Button>
        </>
      }
    >
      {props.children}
      {props.typed !== undefined && (
        <TextField label={words.typeToConfirm(props.typed)} value={text} onChange={setText} mono />
      )}
    </Dialog>
  );
}
