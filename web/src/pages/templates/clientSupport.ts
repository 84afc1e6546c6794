// What mail programs make of the HTML and CSS of a draft, by the tests of caniemail.com (web/client_support/).

import { featuresOf } from './draftFeatures';

/** The tests: for each feature its slug, its title and a letter for each mail program: y, n, a for partly, u for unknown. */
export interface SupportData {
  readonly source: string;
  readonly clients: readonly string[];
  readonly features: readonly (readonly [slug: string, title: string, support: string])[];
}

/** A feature of the draft that some mail programs do not show as meant. */
export interface SupportFinding {
  readonly slug: string;
  readonly title: string;
  /** Where it is used first; lines count from 1. */
  readonly line: number;
  readonly missing: readonly string[];
  readonly partial: readonly string[];
}

/** What of a draft some mail programs do not show, or not as meant: what most of them lack first. */
export function supportOf(html: string, data: SupportData): SupportFinding[] {
  const uses = featuresOf(html);
  const findings: SupportFinding[] = [];
  for (const [slug, title, support] of data.features) {
    const at = uses.get(slug);
    if (at === undefined) continue;
    const clients = (letter: string) => data.clients.filter((_, index) => support[index] === letter);
    const [missing, partial] = [clients('n'), clients('a')];
    if (missing.length + partial.length === 0) continue;
    findings.push({ slug, title, line: html.slice(0, at).split('\n').length, missing, partial });
  }
  return findings.sort((a, b) => b.missing.length - a.missing.length || b.partial.length - a.partial.length);
}
