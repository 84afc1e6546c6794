import { useEffect, type ReactNode } from 'react';

/** The frame of a page: its one `h1`, what stands beside it, its buttons, and the title of the tab. */
export function Page(props: {
  title: string;
  /** The way to this page, in a small line above the title. */
  crumbs?: ReactNode;
  beside?: ReactNode;
  actions?: ReactNode;
  /** Short facts in a line below the title. */
  facts?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${props.title} – Sesame`;
  }, [props.title]);
  return (
    <div className="page">
      {props.crumbs && <div className="page-crumbs small grey">{props.crumbs}</div>}
      <header className={props.facts ? 'page-head page-head-facts' : 'page-head'}>
        <h1>{props.title}</h1>
        {props.beside && <div className="page-beside">{props.beside}</div>}
        {props.actions && <div className="page-actions">{props.actions}</div>}
      </header>
      {props.facts && <div className="page-facts">{props.facts}</div>}
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
