import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

import { showAbout } from '../../format/number';
import { useTheme } from '../../shell/theme';
import { useLanguage } from '../../words/words';
import type { Series } from './model';

use([BarChart, GridComponent, TooltipComponent, LegendComponent, AriaComponent, CanvasRenderer]);

// The chart empties its element by `innerHTML = ''`, for which the policy of the page wants a trusted value. Nothing but
// the empty text gets one.
const types = (window as { trustedTypes?: { createPolicy: (name: string, rules: object) => unknown; defaultPolicy?: unknown } })
  .trustedTypes;
if (types && !types.defaultPolicy) {
  types.createPolicy('default', { createHTML: (text: string) => (text === '' ? '' : null) });
}

/** A colour of the console's style sheet. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Stacked days: delivered, refused, neither yet. The table below the chart is its path for the keyboard. */
export default function DayChart(props: {
  label: string;
  names: Readonly<Record<'delivered' | 'bounced' | 'other', string>>;
  series: Series;
  onDay: (day: string) => void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>();
  const theme = useTheme();
  const language = useLanguage();
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const made = init(element, undefined, { renderer: 'canvas' });
    chart.current = made;
    made.on('click', (event) => latest.current.onDay(String(event.name)));
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    const draw = () => {
      const text = colour('--text-2');
      const line = colour('--line');
      const bar = (name: string, data: readonly number[], fill: string) => ({
        type: 'bar' as const, name, stack: 'day', data: [...data], itemStyle: { color: colour(fill) }, barMaxWidth: 28,
      });
      chart.current?.setOption(
        {
          animation: false,
          aria: { enabled: true, label: { description: props.label }, decal: { show: true } },
          textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
          grid: { left: 48, right: 8, top: 32, bottom: 28 },
          legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: text } },
          // Labels are drawn, not made of HTML: the policy of the page allows no styled markup.
          tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: 'shadow' } },
          xAxis: {
            type: 'category', data: [...props.series.days], axisLine: { lineStyle: { color: line } }, axisTick: { show: false },
            axisLabel: { color: text, formatter: (day: string) => day.slice(5) },
          },
          yAxis: {
            type: 'value', minInterval: 1, splitLine: { lineStyle: { color: line } },
            axisLabel: { color: text, formatter: (value: number) => showAbout(value, language) },
          },
          series: [
            bar(props.names.delivered, props.series.delivered, '--bar-delivered'),
            bar(props.names.bounced, props.series.bounced, '--bar-refused'),
            bar(props.names.other, props.series.other, '--bar-unsent'),
          ],
        },
        true,
      );
    };
    draw();
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => dark.removeEventListener('change', draw);
  }, [props.label, props.names, props.series, theme, language]);

  return <div ref={host} className="chart" role="img" aria-label={props.label} />;
}
