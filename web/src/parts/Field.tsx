import { useId, type ReactNode } from 'react';

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  /** Short note at the right end of the label, such as the type of a member. */
  kind?: ReactNode;
  /** Gets the id and the description that bind the control to its label and texts. */
  children: (control: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean | undefined;
    'aria-required': boolean | undefined;
  }) => ReactNode;
}

/** A label, a control, a hint and an error, bound to each other. */
export function Field({ label, hint, error, required, kind, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;
  return (
    <div className="field">
      <div className="field-head">
        <label htmlFor={id}>
          {label}
          {required && (
            <span className="field-required" aria-hidden="true">
              *
            </span>
          )}
        </label>
        {kind && <span className="field-kind">{kind}</span>}
      </div>
      {children({
        id,
        'aria-describedby': described,
        'aria-invalid': error ? true : undefined,
        'aria-required': required || undefined,
      })}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </div>
  );
}

interface TextProps {
  label: ReactNode;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  kind?: ReactNode;
  type?: 'text' | 'password' | 'email' | 'search' | 'url' | 'date' | 'datetime-local';
  mono?: boolean;
  placeholder?: string;
  autoComplete?: string;
  autoFocus?: boolean;
  inputMode?: 'text' | 'numeric' | 'email' | 'url';
  disabled?: boolean;
  list?: string;
  name?: string;
}

export function TextField(props: TextProps) {
  const { label, hint, error, required, kind, value, onChange, mono, type = 'text', ...rest } = props;
  return (
    <Field label={label} hint={hint} error={error} required={required} kind={kind}>
      {(control) => (
        <input
          className={mono ? 'input mono' : 'input'}
          type={type}
          value={value}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
          {...control}
          {...rest}
        />
      )}
    </Field>
  );
}

export function TextAreaField(
  props: Omit<TextProps, 'type' | 'list' | 'inputMode'> & { rows?: number },
) {
  const { label, hint, error, required, kind, value, onChange, mono, rows = 4, ...rest } = props;
  return (
    <Field label={label} hint={hint} error={error} required={required} kind={kind}>
      {(control) => (
        <textarea
          className={mono ? 'input mono' : 'input'}
          rows={rows}
          value={value}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
          {...control}
          {...rest}
        />
      )}
    </Field>
  );
}

export function SelectField(props: {
  label: ReactNode;
  value: string;
  onChange: (value: string) => void;
  options: { value: string; label: string }[];
  hint?: ReactNode;
  error?: ReactNode;
  required?: boolean;
  kind?: ReactNode;
  disabled?: boolean;
}) {
  const { label, hint, error, required, kind, value, onChange, options, disabled } = props;
  return (
    <Field label={label} hint={hint} error={error} required={required} kind={kind}>
      {(control) => (
        <select
          className="input"
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value)}
          {...control}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField(props: {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label className="check-field">
      <input
        type="checkbox"
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}
