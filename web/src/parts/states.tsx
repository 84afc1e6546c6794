import {
  AtSign,
  BanIcon,
  Bug,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CirclePlay,
  CircleX,
  Circle,
  Clock,
  DoorOpen,
  Eye,
  FileX2,
  Flag,
  Gauge,
  Globe,
  OctagonMinus,
  RefreshCw,
  ShieldAlert,
  SquareX,
  TrendingUp,
  type LucideIcon,
} from 'lucide-react';

import { stateWords } from '../words/states';
import { useWords } from '../words/words';
import { StateMark, type Tone } from './StateMark';

interface Look {
  icon: LucideIcon;
  tone: Tone;
}

/** The one dictionary of states: icon and tone here, the words in words/states, the same keys. */
const kDeliver: Record<number, Look> = {
  0: { icon: Clock, tone: 'neutral' },
  1: { icon: CircleCheck, tone: 'success' },
  2: { icon: OctagonMinus, tone: 'warning' },
  3: { icon: SquareX, tone: 'error' },
  8: { icon: RefreshCw, tone: 'warning' },
};

const kSend: Record<number, Look> = {
  0: { icon: CircleCheck, tone: 'success' },
  1006: { icon: Gauge, tone: 'warning' },
  1007: { icon: ShieldAlert, tone: 'warning' },
  1010: { icon: Gauge, tone: 'warning' },
  1013: { icon: DoorOpen, tone: 'neutral' },
  3007: { icon: FileX2, tone: 'error' },
  3008: { icon: CirclePause, tone: 'warning' },
  3009: { icon: FileX2, tone: 'error' },
  3010: { icon: FileX2, tone: 'error' },
  3014: { icon: Globe, tone: 'error' },
  3020: { icon: ShieldAlert, tone: 'warning' },
  3024: { icon: AtSign, tone: 'error' },
  3030: { icon: TrendingUp, tone: 'error' },
};

const kTask: Record<number, Look> = {
  1: { icon: Clock, tone: 'neutral' },
  5: { icon: CirclePlay, tone: 'accent' },
  6: { icon: CirclePause, tone: 'warning' },
  7: { icon: CircleX, tone: 'error' },
  10: { icon: Flag, tone: 'success' },
};

const kTemplate: Record<number, Look> = {
  0: { icon: CircleCheck, tone: 'success' },
  1: { icon: Eye, tone: 'warning' },
  2: { icon: CircleX, tone: 'error' },
};

const kGroup: Record<number, Look> = {
  1: { icon: CircleDashed, tone: 'neutral' },
  2: { icon: RefreshCw, tone: 'accent' },
  3: { icon: Circle, tone: 'success' },
};

const kLooks = { deliver: kDeliver, send: kSend, task: kTask, template: kTemplate, group: kGroup };
/** Status numbers 1001 to 1005 and 1009 are faults inside the server. */
const kInternal: Look = { icon: Bug, tone: 'error' };
const kUnknown: Look = { icon: BanIcon, tone: 'neutral' };

export type StateKind = keyof typeof kLooks;

/** The look of a status number; numbers that no table names get a look of their own. */
export function lookOf(kind: StateKind, status: number): Look {
  const look = kLooks[kind][status];
  if (look) return look;
  return kind === 'send' && status >= 1001 && status <= 1009 ? kInternal : kUnknown;
}

/** The words of a status number, without icon: for charts, texts and the Explorer. */
export function useStateText(): (kind: StateKind, status: number) => string {
  const words = useWords(stateWords);
  return (kind, status) => {
    const table = words[kind] as Record<string, string>;
    const text = table[String(status)];
    if (text !== undefined) return text;
    return kind === 'send' && status >= 1001 && status <= 1009 ? words.internal : words.unknown(status);
  };
}

/** A status number of the API as icon and word; the number stands in the title. `detail` follows the word. */
export function ApiState(props: { kind: StateKind; status: number | bigint; detail?: string }) {
  const text = useStateText();
  const status = Number(props.status);
  const look = lookOf(props.kind, status);
  return (
    <StateMark icon={look.icon} tone={look.tone} title={`${kNames[props.kind]} ${status}`}>
      {text(props.kind, status)}
      {props.detail ? ` ${props.detail}` : ''}
    </StateMark>
  );
}

const kNames: Record<StateKind, string> = {
  deliver: 'DeliverStatus',
  send: 'SendStatus',
  task: 'TaskStatus',
  template: 'TemplateStatus',
  group: 'ReceiversStatus',
};
