/** @jsxImportSource preact */
import { useEffect, useId, useRef } from 'preact/hooks';

interface Props {
  label: string;
  value: string;
  hint?: string;
  type?: 'text' | 'password';
  autocomplete: string;
  maxlength?: number;
  /** Whether the field has the focus when it appears. */
  focus?: boolean;
  onChange: (value: string) => void;
}

/** A labelled field of the pages before the log-in, which load as little as possible. */
export function TextInput({ label, value, hint, type = 'text', autocomplete, maxlength, focus = false, onChange }: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, []);
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
      </div>
      <input
        ref={field}
        id={id}
        className="input"
        {...(type === 'password' ? { type: 'password' as const } : { type: 'text' as const })}
        autocomplete={autocomplete}
        maxlength={maxlength}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
