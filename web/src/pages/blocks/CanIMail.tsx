import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromBeijing, showTime } from '../../format/time';
import { Button, ErrorPanel, Note, SelectField, Skeleton, TextField } from '../../parts';
import { Forbidden, isForbidden } from '../../parts/Await';
import { useLanguage, useWords } from '../../words/words';
import { words } from './words';

interface Obstacle {
  readonly List: string;
  readonly SenderDomain: string;
  readonly Since: string;
  readonly Until: string;
  readonly Reply: string;
  readonly Class: string;
  readonly Rule: string;
}

interface Answer {
  readonly MayBeMailed: boolean;
  readonly SendStatus: number;
  readonly Reason: string;
  readonly Lists: readonly Obstacle[];
}

/** Asks all lists about one address, and shows each entry that stands in the way with its evidence. */
export function CanIMail() {
  const w = useWords(words);
  const [search, setSearch] = useSearchParams();
  const asked = search.get('address') ?? '';
  const domain = search.get('domain') ?? '';
  const [address, setAddress] = useState(asked);
  useEffect(() => setAddress(asked), [asked]);
  const domains = useCall<{ EmailIdentities: { IdentityName: string }[] }>('ListEmailIdentities', { Offset: 0, Limit: 100 });
  const answer = useCall<Answer>(
    'CheckRecipient',
    { EmailAddress: asked, SenderDomain: domain || undefined },
    { enabled: asked !== '' },
  );
  const ask = (changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(search);
    for (const [key, value] of Object.entries(changes)) {
      if (value) next.set(key, value);
      else next.delete(key);
    }
    setSearch(next, { replace: true });
  };
  return (
    <section className="ask" aria-label={w.question}>
      <form
        className="ask-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          ask({ address: address.trim() });
          if (address.trim() === asked) void answer.refetch();
        }}
      >
        <TextField label={w.question} type="email" hint={w.questionHint} value={address} onChange={setAddress} />
        <SelectField
          label={w.fromDomain}
          value={domain}
          onChange={(value) => ask({ domain: value })}
          options={[
            { value: '', label: w.anyDomain },
            ...(domains.data?.EmailIdentities ?? []).map((row) => ({ value: row.IdentityName, label: row.IdentityName })),
          ]}
        />
        <Button type="submit" look="filled" disabled={address.trim() === ''}>
          {w.ask}
        </Button>
      </form>
      <div role="status">
        {asked !== '' && (answer.data ? <Verdict address={asked} answer={answer.data} /> : !answer.error && <Skeleton rows={1} />)}
      </div>
      {asked !== '' && answer.error && (isForbidden(answer.error) ? (
        <Forbidden action="CheckRecipient" />
      ) : (
        <ErrorPanel title={w.checkFailed} error={answer.error} onRetry={() => void answer.refetch()} />
      ))}
    </section>
  );
}

function Verdict({ address, answer }: { address: string; answer: Answer }) {
  const w = useWords(words);
  const language = useLanguage();
  const time = (text: string) => showTime(fromBeijing(text), language, false);
  return (
    <Note
      tone={answer.MayBeMailed ? 'success' : 'warning'}
      title={answer.MayBeMailed ? w.yes(address) : w.no(address)}
    >
      <p>{answer.MayBeMailed ? (answer.Lists.length > 0 ? w.yesBut : w.yesText) : answer.Reason}</p>
      {answer.Lists.length > 0 && (
        <ul className="obstacles">
          {answer.Lists.map((one) => (
            <li key={`${one.List} ${one.SenderDomain}`}>
              <b>{w.list[one.List as keyof typeof w.list] ?? one.List}</b>
              {one.SenderDomain !== '' && ` (${one.SenderDomain})`}
              <span className="grey small">
                {' '}
                {one.Since !== '' && `${w.since(time(one.Since))}, `}
                {one.Until !== '' ? w.until(time(one.Until)) : w.untilRemoved}
                {one.Class !== '' && ` · ${w.byRule(one.Class, one.Rule || '–')}`}
              </span>
              {one.Reply !== '' && <code className="block cell-text">{one.Reply}</code>}
            </li>
          ))}
        </ul>
      )}
    </Note>
  );
}
