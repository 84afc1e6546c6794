import { useEffect, type ReactNode } from 'react';

/** The frame of a page: its one `h1`, what stands beside it, its buttons, and the title of the tab. */
export function Page(props: { title: string; beside?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${props.title} – Sesame`;
  }, [props.title]);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{props.title}</h1>
        {props.beside && <div className="page-beside">{props.beside}</div>}
        {props.actions && <div className="page-actions">{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}

/** A part of a page with a heading of two or three words, and a grey half-line that says range or age. */
export function Section(props: { title: string; beside?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="section">
      <header className="section-head">
        <h2>{props.title}</h2>
        {props.beside && <span className="grey small">{props.beside}</span>}
        {props.actions && <div className="section-actions">{props.actions}</div>}
      </header>
      {props.children}
    </section>
  );
}
