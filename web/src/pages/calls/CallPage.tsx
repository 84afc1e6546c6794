import './calls.css';

import { CircleCheck, SquareX, Stethoscope, SquareArrowOutUpRight } from 'lucide-react';
import { Link, useNavigate } from 'react-router-dom';

import { useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing } from '../../format/time';
import { Button, CopyButton, Empty, LinkButton, Note, Page, Section, StateMark, Time } from '../../parts';
import { Await } from '../../parts/Await';
import { FactLine } from '../../parts/Facts';
import { useLanguage, useWords } from '../../words/words';
import { fragmentOf } from '../explorer/share';
import { isOfSignature, parametersOf, showMs, type CallStory } from './model';
import { words } from './words';

/** One call: what came, which rule refused it and why, and what to do. */
export function CallPage({ id }: { id: string }) {
  const w = useWords(words);
  const story = useCall<CallStory>('GetCall', { RequestId: id });
  const missing = (
    <Page title={w.missing}>
      <Empty title={id} action={<LinkButton to="/calls">{w.title}</LinkButton>}>
        {w.missingText}
      </Empty>
    </Page>
  );
  return (
    <Await of={story} title={w.title} rows={8} onError={(error) => (error.code.startsWith('ResourceNotFound') ? missing : undefined)}>
      {(data) => <Story story={data} />}
    </Await>
  );
}

function Story({ story }: { story: CallStory }) {
  const w = useWords(words);
  const language = useLanguage();
  const call = story.Call;
  const refused = call.Code !== '';
  const bytes = (n: number) => `${showNumber(n, language)} B`;
  return (
    <Page
      crumbs={
        <>
          <Link to="/calls">{w.title}</Link> / {w.crumb} <code>{call.RequestId}</code>
          <CopyButton text={call.RequestId} name="RequestId" />
        </>
      }
      title={call.Action || w.noAction}
      beside={
        <StateMark icon={refused ? SquareX : CircleCheck} tone={refused ? 'error' : 'success'}>
          {call.Code || w.ok}
        </StateMark>
      }
      facts={
        <FactLine
          facts={[
            [w.facts.time, <Time at={fromBeijing(call.Time)} short={false} />],
            [w.facts.client, call.Client || '–'],
            [w.facts.who, <span className="cell-text">{call.Credential || w.nobody}</span>],
            [w.facts.peer, call.Peer || '–'],
            call.Region !== '' && [w.facts.region, call.Region],
            call.Version !== '' && [w.facts.version, call.Version],
            call.AppId !== '' && [w.facts.account, call.AppId],
            [w.facts.took, w.took(showMs(call.DurationUs))],
            [w.facts.sizes, w.sizes(bytes(call.RequestBytes), bytes(call.AnswerBytes))],
          ]}
        />
      }
    >
      {refused ? <Refusal story={story} /> : <Note tone="success" title={call.Replayed ? w.replayed : w.wasFine}>{call.Replayed ? w.replayedText : w.wasFineText}</Note>}
      {!refused && <Acts story={story} />}
    </Page>
  );
}

function Refusal({ story }: { story: CallStory }) {
  const w = useWords(words);
  const chinese = useLanguage() === 'zh-CN';
  const request = [story.RequestLine, ...story.Headers.map((header) => `${header.Name}: ${header.Value}`)].join('\n');
  return (
    <>
      <Section title={w.why} beside={<>{w.rule} <code>{story.Reason}</code></>}>
        <p className="call-why">{chinese ? story.MessageZh : story.MessageEn}</p>
        <p className="small grey" lang={chinese ? 'en' : 'zh-CN'}>
          {w.otherLanguage}: {chinese ? story.MessageEn : story.MessageZh}
        </p>
      </Section>
      <Section title={w.whatToDo}>
        <p>{story.Remedy}</p>
        <Acts story={story} />
      </Section>
      {story.Cause !== '' && (
        <Section title={w.cause}>
          <p className="cell-text">{story.Cause}</p>
        </Section>
      )}
      {!story.HasEvidence && <p className="small grey">{w.noEvidence}</p>}
      {story.HasEvidence && <Kept title={w.request} beside={w.requestBeside} text={request} />}
      {story.Body !== '' && <Kept title={w.body} beside={w.bodyBeside} text={story.Body} />}
      {story.HasEvidence && story.Body === '' && <p className="small grey">{w.noBody}</p>}
      {story.CanonicalRequest !== '' && (
        <Kept title={w.canonical} beside={w.canonicalBeside} text={story.CanonicalRequest} />
      )}
      {story.StringToSign !== '' && <Kept title={w.stringToSign} text={story.StringToSign} />}
    </>
  );
}

function Kept({ title, beside, text }: { title: string; beside?: string; text: string }) {
  return (
    <Section title={title} beside={beside} actions={<CopyButton text={text} name={title} />}>
      <pre className="call-text" tabIndex={0} aria-label={title}>
        {text}
      </pre>
    </Section>
  );
}

/** The ways on: the Explorer filled in, the signature doctor, the other refusals of the action. */
function Acts({ story }: { story: CallStory }) {
  const w = useWords(words);
  const navigate = useNavigate();
  const call = story.Call;
  // A link of the Explorer fills the form and never sends.
  const explore = async () => {
    const fragment = await fragmentOf({ region: call.Region, params: parametersOf(story.Body) ?? {} });
    navigate(`/explorer/${encodeURIComponent(call.Action)}${fragment}`);
  };
  return (
    <div className="call-acts">
      <Button
        look="filled"
        icon={<SquareArrowOutUpRight size={16} aria-hidden />}
        reason={call.Action === '' ? w.noAction2 : undefined}
        onClick={() => void explore()}
      >
        {w.explorer}
      </Button>
      {isOfSignature(call.Code) && (
        <LinkButton to={`/explorer/doctor?call=${call.RequestId}`} icon={<Stethoscope size={16} aria-hidden />}>
          {w.doctor}
        </LinkButton>
      )}
      {call.Action !== '' && (
        <LinkButton to={`/calls?failed=1&action=${encodeURIComponent(call.Action)}`}>{w.all(call.Action)}</LinkButton>
      )}
    </div>
  );
}
