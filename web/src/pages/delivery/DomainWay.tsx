import { useCall } from '../../api/query';
import { showNumber } from '../../format/number';
import { fromBeijing } from '../../format/time';
import { Section, Time } from '../../parts';
import { Await } from '../../parts/Await';
import { FactList } from '../../parts/Facts';
import { useConsole, useMay } from '../../shell/SessionContext';
import { useLanguage, useWords } from '../../words/words';
import { HoldTable } from './Holds';
import type { Way } from './siteModel';
import { SiteTable } from './Sites';
import { siteWords } from './siteWords';

const kEveryMs = 5_000;

/** How mail to a domain goes, for people who may know; undefined in modes without servers of its own. */
export function useWay(domain: string) {
  const { session } = useConsole();
  const may = useMay();
  const shown = session.mode === 'direct' && may('GetDeliverySite') && domain !== '';
  const way = useCall<Way>('GetDeliverySite', { Domain: domain }, { every: kEveryMs, enabled: shown });
  return shown ? way : undefined;
}

/** The servers of a domain, the limits in force and what the servers said. */
export function DomainWay({ domain }: { domain: string }) {
  const w = useWords(siteWords);
  const way = useWay(domain);
  if (!way) return null;
  return (
    <Section title={w.way} beside={w.wayNote}>
      <Await of={way} title={w.way} rows={4}>
        {(data) => <WayFacts way={data} />}
      </Await>
    </Section>
  );
}

function WayFacts({ way }: { way: Way }) {
  const w = useWords(siteWords);
  const language = useLanguage();
  // A limit that is not there needs no line.
  const limits = way.Limits.filter((limit) => limit.Value !== '-');
  const binding = w.binding as Readonly<Record<string, string>>;
  return (
    <>
      <FactList
        facts={[
          [w.facts.provider, way.Provider || w.noProvider],
          way.NoRouteText !== '' && [w.facts.noServer, <span className="error-text">{way.NoRouteText}</span>],
          way.Hosts.length > 0 && [
            w.facts.servers,
            <ul className="server-list">
              {way.Hosts.map((host) => (
                <li key={host.Host}>
                  <code>{`${host.Preference} ${host.Host}`}</code> <span className="grey small">{host.Addresses.join(', ')}</span>
                </li>
              ))}
            </ul>,
          ],
          [
            w.facts.asked,
            <>
              <Time at={fromBeijing(way.RouteUntilTime)} /> {way.RouteStale && <span className="warning-text">{w.stale}</span>}
            </>,
          ],
          [w.facts.meets, binding[way.Binding] ?? way.Binding],
          limits.length > 0 && [
            w.facts.limits,
            <ul className="server-list">
              {limits.map((limit) => (
                <li key={limit.Name}>
                  <code>{`${limit.Name} = ${limit.Value}`}</code> <span className="grey small">{limit.Layer}</span>
                </li>
              ))}
            </ul>,
          ],
          way.Replies.length > 0 && [
            w.facts.replies,
            <ul className="server-list">
              {way.Replies.map((one) => (
                <li key={one.Reply}>
                  <code className="cell-text">{one.Reply}</code>{' '}
                  <span className="grey small">
                    × {showNumber(one.Count, language)}, <Time at={fromBeijing(one.LastTime)} />
                  </span>
                </li>
              ))}
            </ul>,
          ],
        ]}
      />
      {way.Sites.length > 0 && <SiteTable sites={way.Sites} />}
      {way.Holds.length > 0 && <HoldTable holds={way.Holds} />}
    </>
  );
}
