import { useState } from 'react';

import { useAct } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing, showTime } from '../../format/time';
import { Button, Dialog, ErrorPanel, Section, TextField, useToast } from '../../parts';
import { useLanguage, useWords } from '../../words/words';
import { areCaps, capsOf, fieldsOf, hasCaps, isCap, kMostOf, type CapFields, type Caps } from './capFields';
import { capWords } from './capWords';
import { hasEnded, type TaskStory } from './model';

/** The three fields, for a new task and for one that goes on. */
export function CapInputs({ fields, onChange }: { fields: CapFields; onChange: (fields: CapFields) => void }) {
  const w = useWords(capWords);
  const language = useLanguage();
  const input = (field: keyof CapFields) => (
    <TextField
      key={field}
      label={w[field]}
      inputMode="numeric"
      value={fields[field]}
      onChange={(text) => onChange({ ...fields, [field]: text.trim() })}
      hint={w.empty}
      error={isCap(field, fields[field]) ? undefined : w.bad(showNumber(kMostOf[field], language))}
    />
  );
  return (
    <>
      <div className="form-pair">
        {input('perHour')}
        {input('perDay')}
      </div>
      {input('over')}
    </>
  );
}

/** "at most 500 an hour, spread over 8 hours", by line. */
export function useCapLines(caps: Caps): string[] {
  const w = useWords(capWords);
  const language = useLanguage();
  return [
    Number(caps.MailsPerHour) > 0 && w.hour(showNumber(caps.MailsPerHour, language)),
    Number(caps.MailsPerDay) > 0 && w.day(showNumber(caps.MailsPerDay, language)),
    Number(caps.SpreadHours) > 0 && w.spread(Number(caps.SpreadHours)),
  ].filter((line) => line !== false);
}

/** What caps the task, and when it ends by them; they can be changed until it has ended. */
export function CapsSection({ story }: { story: TaskStory }) {
  const w = useWords(capWords);
  const language = useLanguage();
  const lines = useCapLines(story);
  const [editing, setEditing] = useState(false);
  const ended = hasEnded(story.Task);
  if (ended && !hasCaps(story)) return null;
  return (
    <Section
      title={w.title}
      beside={lines.length > 1 ? w.note : undefined}
      actions={
        !ended && (
          <Button needs="UpdateSendTask" onClick={() => setEditing(true)}>
            {w.change}
          </Button>
        )
      }
    >
      {lines.length === 0 ? <p className="grey">{w.none}</p> : <ul className="reason-list">{lines.map((line) => <li key={line}>{line}</li>)}</ul>}
      {story.EstimatedEndTime !== '' && (
        <p className="grey small">{w.ends(showTime(fromBeijing(story.EstimatedEndTime), language, false))}</p>
      )}
      {editing && <CapsDialog story={story} onClose={() => setEditing(false)} />}
    </Section>
  );
}

function CapsDialog({ story, onClose }: { story: TaskStory; onClose: () => void }) {
  const w = useWords(capWords);
  const toast = useToast();
  const [fields, setFields] = useState(() => fieldsOf(story));
  const update = useAct('UpdateSendTask', { changes: ['GetSendTask'] });
  const before = fieldsOf(story);
  const caps = capsOf(fields);
  // What is not changed is left out: setting the hours again would spread the rest anew.
  const params = {
    TaskId: story.Task.TaskId,
    MailsPerHour: fields.perHour === before.perHour ? undefined : caps.MailsPerHour,
    MailsPerDay: fields.perDay === before.perDay ? undefined : caps.MailsPerDay,
    SpreadHours: fields.over === before.over ? undefined : caps.SpreadHours,
  };
  const save = () => {
    if (JSON.stringify(fields) === JSON.stringify(before)) return onClose();
    update.mutate(params, {
      onSuccess: () => {
        toast(`${story.Task.Subject}: ${w.saved}`);
        onClose();
      },
    });
  };
  return (
    <Dialog
      title={w.dialog}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          disabled={update.isPending}
          reason={areCaps(fields) ? undefined : w.badForm}
          call={{ action: 'UpdateSendTask', params }}
          onClick={save}
        >
          {w.save}
        </Button>
      }
    >
      <p>{w.dialogText}</p>
      <CapInputs fields={fields} onChange={setFields} />
      {update.error && <ErrorPanel title={w.dialog} error={update.error} />}
    </Dialog>
  );
}
