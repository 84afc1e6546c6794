import { forwardRef, useContext, type AnchorHTMLAttributes, type ButtonHTMLAttributes, type ReactNode } from 'react';
import { Link } from 'react-router-dom';

import { ConsoleContext, mayCall } from '../shell/SessionContext';
import { CallMark, type ButtonCall } from './CallMark';

type Look = 'plain' | 'filled' | 'danger' | 'text';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  icon?: ReactNode;
  /** The key that does the same, shown inside the button. */
  hint?: string;
  small?: boolean;
  /**
   * Why the button cannot act now: it is shown beside the button and read with it, and the button stays reachable by
   * keyboard but does nothing.
   */
  reason?: ReactNode;
  /** The call that the button makes: `{ }` at its end shows it without making it. */
  call?: ButtonCall | undefined;
  /** The action that the button leads to, when it makes no call by itself. */
  needs?: string | undefined;
}

/** Whether the person's role may do what a button is for; the others are not shown. The server decides in any case. */
function useMayPress(action: string | undefined): boolean {
  const console = useContext(ConsoleContext);
  return action === undefined || console === undefined || mayCall(console.session, action);
}

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { look = 'plain', icon, hint, small, reason, call, needs, children, className, onClick, type, ...rest },
  ref,
) {
  const names = ['button', `button-${look}`, small ? 'button-small' : '', className ?? ''].filter(Boolean).join(' ');
  const blocked = Boolean(reason);
  const may = useMayPress(needs ?? call?.action);
  if (!may) return null;
  const plain = (
    <button
      ref={ref}
      type={type ?? 'button'}
      className={names}
      aria-disabled={blocked || undefined}
      onClick={blocked ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {icon}
      <span>{children}</span>
      {hint && <kbd aria-hidden="true">{hint}</kbd>}
    </button>
  );
  const button = call ? (
    <span className={small ? 'button-with-call button-with-call-small' : 'button-with-call'}>
      {plain}
      <CallMark call={call} />
    </span>
  ) : (
    plain
  );
  if (!blocked) return button;
  return (
    <span className="button-with-reason">
      {button}
      <span className="button-reason">{reason}</span>
    </span>
  );
});

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What the button does, in words: its accessible name and its title. */
  label: string;
}

/** A button that shows only an icon: for copy, more, previous, next and the top bar. */
export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { label, children, className, type, ...rest },
  ref,
) {
  return (
    <button
      ref={ref}
      type={type ?? 'button'}
      className={`icon-button ${className ?? ''}`}
      aria-label={label}
      title={label}
      {...rest}
    >
      {children}
    </button>
  );
});

interface LinkButtonProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: string;
  look?: Look;
  icon?: ReactNode;
  hint?: string;
  small?: boolean;
  needs?: string | undefined;
}

/** A link that looks like a button: it leads to a page and does nothing else. */
export function LinkButton({ to, look = 'plain', icon, hint, small, needs, children, className, ...rest }: LinkButtonProps) {
  const may = useMayPress(needs);
  const names = ['button', `button-${look}`, small ? 'button-small' : '', className ?? ''].filter(Boolean).join(' ');
  if (!may) return null;
  return (
    <Link to={to} className={names} {...rest}>
      {icon}
      <span>{children}</span>
      {hint && <kbd aria-hidden="true">{hint}</kbd>}
    </Link>
  );
}
