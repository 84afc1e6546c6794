import { showShortTime } from '../../format/time';
import { Section } from '../../parts';
import { useLanguage, useWords } from '../../words/words';
import { ratesOf, type Sample } from './model';
import { words } from './words';

const kWidth = 760;
const kHeight = 120;
/** Steps of the scale: the smallest that is above the highest rate is its end. */
const kSteps = [1, 2, 5];

function scaleOf(most: number): number {
  for (let power = 1; ; power *= 10) {
    const end = kSteps.find((step) => step * power >= most);
    if (end !== undefined) return end * power;
  }
}

/** Mails a second since the page was opened; the same numbers stand in its description. */
export function SpeedChart({ samples }: { samples: readonly Sample[] }) {
  const w = useWords(words);
  const language = useLanguage();
  const rates = ratesOf(samples);
  if (rates.length < 2) return null;
  const end = scaleOf(Math.max(...rates.map((rate) => rate.perSecond), 1));
  const first = rates[0]!.at;
  const last = rates[rates.length - 1]!;
  const span = last.at - first;
  const x = (at: number) => (((at - first) / span) * kWidth).toFixed(1);
  const y = (perSecond: number) => (kHeight - (perSecond / end) * kHeight).toFixed(1);
  const line = rates.map((rate) => `${x(rate.at)},${y(rate.perSecond)}`).join(' ');
  const text = w.speedChart(Math.round(span / 1000), Math.round(Math.max(...rates.map((rate) => rate.perSecond))), Math.round(last.perSecond));
  const clock = (at: number) => showShortTime(new Date(Date.now() - (performance.now() - at)), language);
  return (
    <Section title={w.rate} beside={w.rateNote}>
      <div className="speed-chart" role="img" aria-label={text}>
        <div className="speed-scale small grey">
          <span>{end}</span>
          <span>{end / 2}</span>
          <span>0</span>
        </div>
        <svg viewBox={`0 0 ${kWidth} ${kHeight}`} preserveAspectRatio="none" aria-hidden="true">
          {[0, 0.5, 1].map((part) => (
            <line key={part} x1="0" x2={kWidth} y1={part * kHeight} y2={part * kHeight} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
          ))}
          <polygon points={`0,${kHeight} ${line} ${kWidth},${kHeight}`} fill="var(--accent-soft)" />
          <polyline points={line} fill="none" stroke="var(--accent)" strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
        </svg>
        <div className="speed-times small grey">
          <span>{clock(first)}</span>
          <span>{clock(last.at)}</span>
        </div>
      </div>
    </Section>
  );
}
