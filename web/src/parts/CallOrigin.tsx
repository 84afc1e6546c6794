import { Link } from 'react-router-dom';

/** The call that asked for a task or a mail, as GetSendTask and GetMail show it. */
export interface Origin {
  readonly RequestId: string;
  readonly Credential: string;
  readonly Client: string;
}

/** Who asked, and with which program; leads to the call, which is kept for a day. */
export function CallOrigin({ origin }: { origin: Origin }) {
  const who = `${origin.Credential} (${origin.Client || '–'})`;
  if (origin.RequestId === '') return <span className="cell-text">{who}</span>;
  return (
    <Link className="cell-text" to={`/calls/${origin.RequestId}`}>
      {who}
    </Link>
  );
}

/** Whether anything is known about the call. */
export function hasOrigin(origin: Origin | undefined): origin is Origin {
  return origin !== undefined && (origin.Credential !== '' || origin.RequestId !== '');
}
