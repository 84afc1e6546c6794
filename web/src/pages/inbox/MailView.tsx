import { useQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, CircleCheck, Download, OctagonAlert } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router-dom';

import { useCall } from '../../api/query';
import { showBytes } from '../../format/number';
import { fromBeijing } from '../../format/time';
import { Button, DataTable, Empty, ErrorPanel, LinkButton, Section, Skeleton, StateMark, Tabs, TextField, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { FactLine } from '../../parts/Facts';
import { MailFrame } from '../../parts/MailFrame';
import { useWords } from '../../words/words';
import { download } from '../download';
import { Simulator } from '../messages/Simulator';
import { base64ToBytes } from '../templates/variables';
import { linksOf, remotePictures, type Link as MailLink } from './html';
import { checkMail, kSourceCharactersMax, readMail, withPictures, type File, type Finding, type Header, type Mail } from './mail';
import { words } from './words';
import { messagePath } from '../messages/path';

interface Stored {
  readonly Raw: string;
  readonly ReceivedTime: string;
  readonly From: string;
  readonly To: string;
  readonly Subject: string;
  readonly MessageId: string;
}

/** One mail of the inbox: as a reader would see it, and all that is in it. */
export function MailView(props: { id: string; newer: string | undefined; older: string | undefined; back: string }) {
  const w = useWords(words);
  const valid = /^\d{1,20}$/.test(props.id);
  const stored = useCall<Stored>('GetInboxMail', { MailId: valid ? BigInt(props.id) : 0 }, { enabled: valid });
  const missing = (
    <Empty title={w.missing} action={<LinkButton to={props.back}>{w.title}</LinkButton>}>
      {w.missingText}
    </Empty>
  );
  if (!valid) return missing;
  return (
    <Await
      of={stored}
      title={w.title}
      rows={10}
      onError={(error) => (/NotExist|ResourceNotFound|MailId|NoSuch/.test(error.code) ? missing : undefined)}
    >
      {(data) => <Content {...props} stored={data} />}
    </Await>
  );
}

function Content(props: { id: string; stored: Stored; newer: string | undefined; older: string | undefined; back: string }) {
  const w = useWords(words);
  const { stored } = props;
  const [tab, setTab] = useState('html');
  const mail = useQuery({
    queryKey: ['taken apart', props.id, stored.Raw.length],
    queryFn: () => readMail(stored.Raw),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const save = () => download(`${stored.Subject || 'mail'}.eml`, base64ToBytes(stored.Raw), 'message/rfc822');
  return (
    <>
      <header className="mail-head">
        <h2>{stored.Subject || w.noSubject}</h2>
        <div className="page-actions">
          <Step to={props.newer} label={w.previous} icon={<ChevronUp size={16} aria-hidden />} />
          <Step to={props.older} label={w.next} icon={<ChevronDown size={16} aria-hidden />} />
          <Button small icon={<Download size={14} aria-hidden />} onClick={save}>
            {w.download}
          </Button>
        </div>
      </header>
      <FactLine
        facts={[
          [w.from, stored.From],
          [w.to, stored.To],
          [w.received, <Time at={fromBeijing(stored.ReceivedTime)} />],
          mail.data && [w.size, showBytes(mail.data.bytes)],
          [w.story, <Link to={messagePath(stored.MessageId, stored.To)}>{stored.To}</Link>],
        ]}
      />
      {mail.error ? (
        <ErrorPanel title={w.unreadable} error={mail.error} />
      ) : !mail.data ? (
        <Skeleton rows={8} />
      ) : (
        <div className="mail-columns">
          <div className="column-main">
            <Tabs
              label={w.parts}
              value={tab}
              onChange={setTab}
              tabs={[
                { key: 'html', label: w.tab.html },
                { key: 'text', label: w.tab.text },
                { key: 'headers', label: w.tab.headers },
                { key: 'links', label: `${w.tab.links} ${linksOf(mail.data.html).length || ''}`.trim() },
                { key: 'files', label: `${w.tab.files} ${mail.data.files.length || ''}`.trim() },
                { key: 'source', label: w.tab.source },
              ]}
            >
              <Part tab={tab} mail={mail.data} />
            </Tabs>
          </div>
          <div className="column-side">
            <Checks mail={mail.data} />
            <Simulator id={stored.MessageId} to={stored.To} />
          </div>
        </div>
      )}
    </>
  );
}

function Step({ to, label, icon }: { to: string | undefined; label: string; icon: JSX.Element }) {
  return to ? (
    <Link to={to} className="icon-button" aria-label={label} title={label}>
      {icon}
    </Link>
  ) : null;
}

function Part({ tab, mail }: { tab: string; mail: Mail }) {
  const w = useWords(words);
  switch (tab) {
    case 'html':
      return mail.html === '' ? (
        <p className="grey">{w.noHtml}</p>
      ) : (
        <MailFrame content={{ html: withPictures(mail) }} hasRemoteImages={remotePictures(mail.html).length > 0} />
      );
    case 'text':
      return mail.text === '' ? <p className="grey">{w.noText}</p> : <pre className="text-frame">{mail.text}</pre>;
    case 'headers':
      return <Headers headers={mail.headers} />;
    case 'links':
      return <Links links={linksOf(mail.html)} />;
    case 'files':
      return <Files files={mail.files} />;
    default:
      return (
        <>
          {mail.source.length > kSourceCharactersMax && (
            <p className="small grey">{w.cut(showBytes(kSourceCharactersMax))}</p>
          )}
          <pre className="text-frame">{mail.source.slice(0, kSourceCharactersMax)}</pre>
        </>
      );
  }
}

function Headers({ headers }: { headers: readonly Header[] }) {
  const w = useWords(words);
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const rows = headers
    .map((header, index) => ({ ...header, index }))
    .filter((header) => `${header.name}: ${header.value}`.toLowerCase().includes(wanted));
  const columns: Column<(typeof rows)[number]>[] = [
    { key: 'name', head: w.header, width: '200px', cell: (header) => <b>{header.name}</b> },
    { key: 'value', head: w.value, cell: (header) => <code className="cell-text">{header.value}</code> },
  ];
  return (
    <>
      <TextField label={w.filterHeaders} type="search" value={filter} onChange={setFilter} />
      <DataTable caption={w.tab.headers} columns={columns} rows={rows} rowKey={(header) => String(header.index)} dense />
    </>
  );
}

function Links({ links }: { links: readonly MailLink[] }) {
  const w = useWords(words);
  if (links.length === 0) return <p className="grey">{w.noLinks}</p>;
  const rows = links.map((link, index) => ({ ...link, index }));
  const columns: Column<(typeof rows)[number]>[] = [
    { key: 'text', head: w.linkText, cell: (link) => link.text },
    // The target is text: it came in a mail, and nobody shall follow it from here by accident.
    { key: 'target', head: w.target, cell: (link) => <code className="cell-text">{link.target}</code> },
  ];
  return <DataTable caption={w.tab.links} columns={columns} rows={rows} rowKey={(link) => String(link.index)} dense />;
}

function Files({ files }: { files: readonly File[] }) {
  const w = useWords(words);
  if (files.length === 0) return <p className="grey">{w.noFiles}</p>;
  const rows = files.map((file, index) => ({ ...file, index }));
  const columns: Column<(typeof rows)[number]>[] = [
    {
      key: 'name',
      head: w.file,
      cell: (file) => (
        <button
          type="button"
          className="link-button"
          // Never opened by the browser: the type that the mail claims is not passed on.
          onClick={() => download(file.name || 'file', file.bytes, 'application/octet-stream')}
        >
          {file.name || w.file}
        </button>
      ),
    },
    { key: 'type', head: w.type, cell: (file) => <code>{file.type}</code> },
    { key: 'note', head: '', wideOnly: true, cell: (file) => (file.shown ? <span className="grey">{w.shownInside}</span> : null) },
    { key: 'size', head: w.size, number: true, cell: (file) => showBytes(file.bytes.length) },
  ];
  return <DataTable caption={w.tab.files} columns={columns} rows={rows} rowKey={(file) => String(file.index)} />;
}

function Checks({ mail }: { mail: Mail }) {
  const w = useWords(words);
  const say = (finding: Finding): string => {
    switch (finding.check) {
      case 'size': return w.check.size[finding.good ? 'good' : 'bad'](showBytes(finding.count));
      case 'pictures': return finding.good ? w.check.pictures.good : w.check.pictures.bad(finding.count);
      case 'links': return finding.good ? w.check.links.good : w.check.links.bad(finding.count);
      default: return w.check[finding.check][finding.good ? 'good' : 'bad'];
    }
  };
  return (
    <Section title={w.checks} beside={w.checksNote}>
      <ul className="check-list">
        {checkMail(mail).map((finding) => (
          <li key={finding.check}>
            <StateMark icon={finding.good ? CircleCheck : OctagonAlert} tone={finding.good ? 'success' : 'warning'}>
              {w.check[finding.check].name}
            </StateMark>
            <span className="grey small">{say(finding)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
