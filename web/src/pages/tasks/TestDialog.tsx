import { useEffect, useState } from 'react';
import { Link } from 'react-router-dom';

import { useAct, useCall } from '../../api/query';
import { Button, Dialog, ErrorPanel, Note, SelectField, TextAreaField, TextField } from '../../parts';
import { useConsole } from '../../shell/SessionContext';
import { useWords } from '../../words/words';
import { sampleValue } from '../templates/starters';
import { findVariables, fromBase64 } from '../templates/variables';
import { joinSender } from './model';
import { draftWords } from './draftWords';
import { messagePath } from '../messages/path';

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Sends one mail of a template to one address, with values that can be changed before. */
export function TestDialog(props: {
  /** Left out: it is chosen here. */
  template?: string;
  /** Left out: it is chosen here. */
  sender?: string;
  senderName?: string;
  subject: string;
  values: Readonly<Record<string, unknown>>;
  onClose: () => void;
}) {
  const w = useWords(draftWords);
  const { session } = useConsole();
  const [to, setTo] = useState('');
  const [subject, setSubject] = useState(props.subject);
  const [values, setValues] = useState(() => JSON.stringify(props.values, null, 2));
  const senders = useCall<{ EmailSenders: { EmailAddress: string; EmailSenderName: string }[] }>(
    'ListEmailAddress',
    {},
    { enabled: props.sender === undefined },
  );
  const templates = useCall<{ TemplatesMetadata: { TemplateID: number | bigint; TemplateName: string; TemplateStatus: number }[] }>(
    'ListEmailTemplates',
    { Offset: 0, Limit: 100 },
    { enabled: props.template === undefined },
  );
  const usable = (templates.data?.TemplatesMetadata ?? []).filter((one) => one.TemplateStatus === 0);
  const [chosenTemplate, setChosenTemplate] = useState('');
  const template = props.template ?? (chosenTemplate || String(usable[0]?.TemplateID ?? ''));
  const content = useCall<{ TemplateContent: { Html?: string; Text?: string }; TemplateName: string }>(
    'GetEmailTemplate',
    { TemplateID: BigInt(template || 0) },
    { enabled: props.template === undefined && template !== '' },
  );
  const parts = content.data?.TemplateContent;
  // The values of another template's variables are offered when it is chosen; what was typed for the same names stays.
  useEffect(() => {
    if (props.template !== undefined || !parts) return;
    const found = findVariables({ html: fromBase64(parts.Html ?? ''), text: fromBase64(parts.Text ?? '') });
    setValues((old) => {
      const before = isObject(old) ? (JSON.parse(old) as Record<string, unknown>) : {};
      return JSON.stringify(Object.fromEntries(found.map(({ name }) => [name, before[name] ?? sampleValue('typical', name)])), null, 2);
    });
  }, [parts, props.template]);
  const templateName = content.data?.TemplateName ?? '';
  useEffect(() => setSubject((old) => old || templateName), [templateName]);
  const [chosen, setChosen] = useState('');
  const list = senders.data?.EmailSenders ?? [];
  const sender = props.sender ?? (chosen || list[0]?.EmailAddress || '');
  const name = props.senderName ?? list.find((one) => one.EmailAddress === sender)?.EmailSenderName ?? '';
  const send = useAct<{ MessageId: string }>('SendEmail');
  const valid = isObject(values);
  const loaded = (props.template !== undefined || templates.data) && (props.sender !== undefined || senders.data);
  const missing =
    template === '' ? w.test.noTemplate
    : sender === '' ? w.test.noSender
    : !/^\S+@\S+$/.test(to) ? w.test.noAddress
    : subject === '' ? w.test.noSubject
    : valid ? undefined
    : w.test.notJson;
  const params = {
    FromEmailAddress: joinSender(name, sender),
    Subject: subject,
    Destination: [to],
    Template: {
      TemplateID: BigInt(/^\d+$/.test(template) ? template : 0),
      TemplateData: valid ? JSON.stringify(JSON.parse(values)) : values,
    },
    TriggerType: 1,
  };
  return (
    <Dialog
      title={w.test.title}
      onClose={props.onClose}
      actions={
        <Button
          look="filled"
          disabled={send.isPending || !loaded}
          reason={loaded ? missing : undefined}
          call={{ action: 'SendEmail', params }}
          onClick={() => send.mutate(params)}
        >
          {w.test.send}
        </Button>
      }
    >
      <p className="grey">{w.test.text}</p>
      <TextField label={w.test.to} type="email" required value={to} onChange={setTo} autoFocus />
      {props.template === undefined && (
        <SelectField
          label={w.form.template}
          value={template}
          onChange={setChosenTemplate}
          options={usable.map((one) => ({ value: String(one.TemplateID), label: `${one.TemplateID} ${one.TemplateName}` }))}
        />
      )}
      {props.template === undefined && templates.data && usable.length === 0 && (
        <Note tone="warning" title={w.test.noTemplate} action={<Link to="/templates">{w.test.toTemplates}</Link>} />
      )}
      {props.sender === undefined && (
        <SelectField
          label={w.form.sender}
          value={sender}
          onChange={setChosen}
          options={list.map((one) => ({ value: one.EmailAddress, label: joinSender(one.EmailSenderName, one.EmailAddress) }))}
        />
      )}
      {props.sender === undefined && senders.data && list.length === 0 && (
        <Note tone="warning" title={w.test.noSender} action={<Link to="/domains">{w.test.toDomains}</Link>} />
      )}
      <TextField label={w.form.subject} required value={subject} onChange={setSubject} />
      <TextAreaField
        label={w.test.values}
        mono
        rows={5}
        value={values}
        onChange={setValues}
        error={valid ? undefined : w.test.notJson}
      />
      {send.error && <ErrorPanel title={w.test.title} error={send.error} />}
      {send.data && (
        <Note
          tone="success"
          title={w.test.sent}
          action={
            session.mode === 'sandbox' ? (
              <Link to={`/inbox?to=${encodeURIComponent(to)}`}>{w.test.openInbox}</Link>
            ) : (
              <Link to={messagePath(send.data.MessageId, to)}>{w.test.show}</Link>
            )
          }
        >
          {w.test.sentText}
        </Note>
      )}
    </Dialog>
  );
}
