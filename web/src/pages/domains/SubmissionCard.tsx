import { useCall } from '../../api/query';
import { CopyButton } from '../../parts';
import { Await } from '../../parts/Await';
import { FactList, type Fact } from '../../parts/Facts';
import { useWords } from '../../words/words';
import { addressOf, swaksLine, type Sender, type SubmissionServer } from './model';
import { words } from './words';

/** What a program needs to submit mail by SMTP as this sender, but for the password. */
export function SubmissionCard({ sender }: { sender: Sender }) {
  const w = useWords(words);
  const limits = useCall<{ readonly SubmissionServers: readonly SubmissionServer[] }>('GetLimits');
  const address = sender.EmailAddress;
  const has = Number(sender.SmtpPwdType) === 1;
  return (
    <Await of={limits} title={w.smtp.title} rows={3}>
      {({ SubmissionServers: servers }) => {
        const first = servers[0];
        const facts: Fact[] = [
          ...servers.map((server, number): Fact => [
            servers.length === 1 ? w.smtp.servers : `${w.smtp.servers} ${number + 1}`,
            <Copied key={number} text={addressOf(server)} name={w.smtp.servers} more={w.smtp.encryption[server.Tls]} />,
          ]),
          [w.smtp.user, <Copied key="user" text={address} name={w.smtp.user} />],
          [w.column.password, has ? w.smtp.set : w.smtp.unset],
          first && [w.smtp.try, <Copied key="try" text={swaksLine(first, address)} name={w.smtp.try} />],
        ];
        return (
          <>
            {!first && <p className="small">{w.smtp.nowhere}</p>}
            <FactList facts={facts} />
            {first && <p className="grey small">{w.smtp.tryText}</p>}
          </>
        );
      }}
    </Await>
  );
}

function Copied(props: { text: string; name: string; more?: string }) {
  return (
    <span className="copied">
      <code>{props.text}</code>
      <CopyButton text={props.text} name={props.name} />
      {props.more !== undefined && <span className="grey">{props.more}</span>}
    </span>
  );
}
