import { Plus, X } from 'lucide-react';
import { useState } from 'react';

import { useAct } from '../../api/query';
import { Button, Drawer, ErrorPanel, IconButton, Note, SelectField, TextField, useToast } from '../../parts';
import { useWords } from '../../words/words';
import {
  faultOf, kCallCodes, kFaultsMax, kNewRow, kStages, rowOf, toFault, type ChaosState, type FaultRow, type Stage,
} from './chaos';
import { chaosWords } from './chaosWords';
import type { Params } from '../../api/call';
import type { Json } from '../../api/json';

/** Chooses the faults that the sandbox shows to this account, or ends them. */
export function ChaosPanel({ state, onClose }: { state: ChaosState; onClose: () => void }) {
  const w = useWords(chaosWords);
  const toast = useToast();
  const [rows, setRows] = useState<readonly FaultRow[]>(() => (state.Faults.length > 0 ? state.Faults.map(rowOf) : [kNewRow]));
  const [code, setCode] = useState(state.CallErrorCode);
  const [percent, setPercent] = useState(String(Number(state.CallErrorPercent) || 100));
  const [minutes, setMinutes] = useState('60');
  const set = useAct<ChaosState>('SetChaos', { changes: ['GetChaos'] });
  const change = (index: number, next: Partial<FaultRow>) =>
    setRows(rows.map((row, at) => (at === index ? { ...row, ...next } : row)));
  const wrong = rows.map(faultOf).find((fault) => fault !== undefined);
  const wrongPercent = code !== '' && !/^([1-9]\d?|100)$/.test(percent.trim());
  const nothing = rows.length === 0 && code === '';
  const reason = nothing ? w.nothing : wrong ? w.wrong[wrong] : wrongPercent ? w.wrong.percent : undefined;
  const wanted: Params = {
    Faults: rows.map(toFault) as unknown as Json,
    CallErrorCode: code || undefined,
    CallErrorPercent: code ? Number(percent) : undefined,
    Minutes: Number(minutes),
  };
  const act = (params: Params, done: string) =>
    set.mutate(params, {
      onSuccess: () => {
        toast(done);
        onClose();
      },
    });
  return (
    <Drawer
      title={w.title}
      onClose={onClose}
      actions={
        <>
          {state.On && (
            <Button disabled={set.isPending} call={{ action: 'SetChaos', params: {} }} onClick={() => act({}, w.ended)}>
              {w.end}
            </Button>
          )}
          <Button
            look="filled"
            disabled={set.isPending}
            reason={reason}
            call={{ action: 'SetChaos', params: wanted }}
            onClick={() => act(wanted, w.started)}
          >
            {state.On ? w.replace : w.start}
          </Button>
        </>
      }
    >
      <p className="grey">{w.text}</p>
      <h3>{w.mails}</h3>
      {rows.map((row, index) => (
        <fieldset key={index} className="chaos-fault">
          <legend>{w.fault(index + 1)}</legend>
          <div className="chaos-fields">
            <SelectField
              label={w.stage}
              value={row.stage}
              onChange={(value) => change(index, { stage: value as Stage })}
              options={kStages.map((value) => ({ value, label: w.stages[value] }))}
            />
            <SelectField
              label={w.does}
              value={row.does}
              onChange={(value) => change(index, { does: value as FaultRow['does'] })}
              options={(['reply', 'close', 'wait'] as const).map((value) => ({ value, label: w.doing[value] }))}
            />
            {row.does === 'reply' && (
              <TextField label={w.code} mono inputMode="numeric" value={row.code} onChange={(value) => change(index, { code: value })} />
            )}
            <TextField label={w.percent} inputMode="numeric" value={row.percent} onChange={(value) => change(index, { percent: value })} />
            <TextField label={w.delay} inputMode="numeric" value={row.delay} onChange={(value) => change(index, { delay: value })} />
          </div>
          {row.does === 'reply' && (
            <TextField label={w.reply} hint={w.replyHint} mono value={row.reply} onChange={(value) => change(index, { reply: value })} />
          )}
          <IconButton label={w.remove(index + 1)} onClick={() => setRows(rows.filter((_, at) => at !== index))}>
            <X size={16} aria-hidden />
          </IconButton>
        </fieldset>
      ))}
      <Button
        small
        icon={<Plus size={14} aria-hidden />}
        reason={rows.length >= kFaultsMax ? w.faultsMax(kFaultsMax) : undefined}
        onClick={() => setRows([...rows, kNewRow])}
      >
        {w.add}
      </Button>
      <h3>{w.calls}</h3>
      <p className="grey small">{w.callsText}</p>
      <div className="chaos-fields">
        <SelectField
          label={w.callCode}
          value={code}
          onChange={setCode}
          options={[{ value: '', label: w.noCode }, ...kCallCodes.map((value) => ({ value, label: value }))]}
        />
        {code !== '' && <TextField label={w.percent} inputMode="numeric" value={percent} onChange={setPercent} />}
      </div>
      <h3>{w.time}</h3>
      <SelectField
        label={w.lasts}
        value={minutes}
        onChange={setMinutes}
        options={['5', '15', '30', '60'].map((value) => ({ value, label: w.minutes(Number(value)) }))}
      />
      {set.error && <ErrorPanel title={w.title} error={set.error} />}
      {!state.On && <Note tone="info">{w.marked}</Note>}
    </Drawer>
  );
}
