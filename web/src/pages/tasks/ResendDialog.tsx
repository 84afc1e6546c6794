import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { useAct } from '../../api/query';
import { showNumber } from '../../format/number';
import { toBeijing, zoneOffset } from '../../format/time';
import { Button, CheckField, Dialog, ErrorPanel, TextField } from '../../parts';
import { Segments } from '../../parts/Segments';
import { useLanguage, useWords } from '../../words/words';
import { countOf, kStates, type TaskStory } from './model';
import { draftWords } from './draftWords';
import { words } from './words';

/** Who was not reached, by state: these are chosen at first. */
const kFirst = ['refused', 'dropped', 'stopped'] as const;

/** Sends an ended task again to the people in the chosen states, as a new task. */
export function ResendDialog({ story, onClose }: { story: TaskStory; onClose: () => void }) {
  const w = useWords(words);
  const { form } = useWords(draftWords);
  const language = useLanguage();
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(kFirst.filter((state) => countOf(story, state) > 0)),
  );
  const [when, setWhen] = useState('now');
  const [begin, setBegin] = useState('');
  const resend = useAct<{ TaskId: number | bigint }>('ResendSendTask', { changes: ['ListSendTasks'] });
  const people = kStates.filter((state) => chosen.has(state)).reduce((sum, state) => sum + countOf(story, state), 0);
  const time = begin === '' ? undefined : new Date(begin);
  const past = time !== undefined && time <= new Date();
  const badTime = when === 'timed' && (time === undefined || past);
  const toggle = (state: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(state);
    else next.delete(state);
    setChosen(next);
  };
  const params = {
    TaskId: story.Task.TaskId,
    States: [...chosen],
    BeginTime: when === 'timed' && time ? toBeijing(time) : undefined,
  };
  const send = () => resend.mutate(params, { onSuccess: (answer) => navigate(`/tasks/${answer.TaskId}`) });
  return (
    <Dialog
      title={w.againTitle}
      onClose={onClose}
      actions={
        <Button
          look="filled"
          disabled={resend.isPending}
          call={{ action: 'ResendSendTask', params }}
          reason={people === 0 ? w.againNobody : badTime ? (past ? form.past : form.noTime) : undefined}
          onClick={send}
        >
          {w.againDo(showNumber(people, language))}
        </Button>
      }
    >
      <p>{w.againText}</p>
      <fieldset className="plain-fieldset">
        <legend className="small grey">{w.againStates}</legend>
        {kStates.map((state) => {
          const count = countOf(story, state);
          return count > 0 ? (
            <CheckField
              key={state}
              label={`${w.recipientState[state]} (${showNumber(count, language)})`}
              checked={chosen.has(state)}
              onChange={(on) => toggle(state, on)}
            />
          ) : null;
        })}
      </fieldset>
      <Segments
        label={w.againWhen}
        value={when}
        onChange={setWhen}
        segments={[
          { value: 'now', label: w.againNow },
          { value: 'timed', label: w.againAt },
        ]}
      />
      {when === 'timed' && (
        <TextField
          label={w.againBegin}
          type="datetime-local"
          value={begin}
          onChange={setBegin}
          error={past ? form.past : undefined}
          hint={time && !past ? form.inBeijing(zoneOffset(time), toBeijing(time)) : undefined}
        />
      )}
      {resend.error && <ErrorPanel title={w.againTitle} error={resend.error} />}
    </Dialog>
  );
}
