import type { ReactNode } from 'react';

/** Nothing is here yet: what belongs here, one action, and a link to the call that would fill it. */
export function Empty(props: { title: string; children?: ReactNode; action?: ReactNode; link?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{props.title}</p>
      {props.children && <p className="grey">{props.children}</p>}
      {(props.action || props.link) && (
        <div className="empty-actions">
          {props.action}
          {props.link}
        </div>
      )}
    </div>
  );
}

/** Something is here, but the filter excludes all of it. */
export function FilteredEmpty(props: { title: string; children?: ReactNode; clear: ReactNode }) {
  return <Empty title={props.title} action={props.clear}>{props.children}</Empty>;
}
