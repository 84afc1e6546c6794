import { CircleCheck, CircleDashed, CirclePause, CircleX, RefreshCw, type LucideIcon } from 'lucide-react';

import type { Tone } from '../../parts';

/** The states of a site, in the order in which they are offered. */
export const kSiteStates = ['held', 'down', 'probing', 'up', 'untried'] as const;
export type SiteState = (typeof kSiteStates)[number];

/** A set of receiving servers, as ListDeliverySites tells it. Times are Beijing time. */
export interface Site {
  /** Whose pace it keeps: "provider gmail", or "site" and its digits. */
  readonly Path: string;
  readonly Site: string;
  /** The domain for which it is alone; mostly empty. */
  readonly Destination: string;
  readonly Provider: string;
  readonly Hosts: readonly string[];
  readonly State: SiteState;
  readonly SinceTime: string;
  readonly UntilTime: string;
  readonly Rule: string;
  readonly Reply: string;
  readonly Connections: number;
  readonly PathConnections: number;
  readonly ConnectionsAllowed: number;
  readonly MailsPerHour: number;
  readonly MailsPerHourAllowed: number;
  readonly MailCount: number;
  readonly UnderWayCount: number;
  readonly DeliveredCount: number;
  readonly DeferredCount: number;
  readonly RefusedCount: number;
}

/** A time in which nothing is sent over a path. */
export interface Hold {
  readonly Path: string;
  readonly Provider: string;
  /** The sender domain whose mail alone is held; empty: all mail. */
  readonly Sender: string;
  readonly Kind: 'refused' | 'pause';
  readonly Rule: string;
  /** How many holds came one after another; 0 for a pause. */
  readonly Step: number;
  readonly SinceTime: string;
  readonly UntilTime: string;
  readonly Reply: string;
}

/** How mail to a domain goes, as GetDeliverySite tells it. */
export interface Way {
  readonly Hosts: readonly { readonly Host: string; readonly Preference: number; readonly Addresses: readonly string[] }[];
  readonly RouteUntilTime: string;
  readonly RouteStale: boolean;
  readonly NoRouteText: string;
  readonly Provider: string;
  readonly Limits: readonly { readonly Name: string; readonly Value: string; readonly Layer: string }[];
  readonly Binding: string;
  readonly Sites: readonly Site[];
  readonly Holds: readonly Hold[];
  readonly Replies: readonly { readonly Reply: string; readonly Count: number; readonly LastTime: string }[];
}

export const kSiteLooks: Readonly<Record<SiteState, readonly [LucideIcon, Tone]>> = {
  held: [CirclePause, 'warning'],
  down: [CircleX, 'error'],
  probing: [RefreshCw, 'accent'],
  up: [CircleCheck, 'success'],
  untried: [CircleDashed, 'neutral'],
};

/** So many digits tell sites apart for a reader. */
const kShownDigits = 8;

/** The shortest name by which a person knows a site. */
export function nameOfSite(site: Site): string {
  return site.Destination || site.Provider || site.Hosts[0] || site.Site.slice(0, kShownDigits);
}

/** A path with its digits cut to what is needed to tell it apart: "site 6f0c8b1f from shop.example". */
export function shortPath(path: string): string {
  return path.replace(/^(site [0-9a-f]{8})[0-9a-f]+/, '$1');
}

/** The name of a held path, without the sender domain that it holds alone. */
export function nameOfHold(hold: Hold): string {
  const path = hold.Sender === '' ? hold.Path : hold.Path.replace(` from ${hold.Sender}`, '');
  if (path.startsWith('provider ')) return path.slice('provider '.length);
  const site = shortPath(path);
  return hold.Provider === '' ? site : `${hold.Provider}, ${site}`;
}

/** The holds that stand before mail of a sender domain. */
export function holdsOf(way: Pick<Way, 'Holds'> | undefined, sender: string): readonly Hold[] {
  return (way?.Holds ?? []).filter((hold) => hold.Sender === '' || hold.Sender === sender);
}

/** The answers that the end of a hold changes. */
export const kHoldChanges = ['ListDeliverySites', 'ListDeliveryHolds', 'GetDeliverySite', 'ListDeliveryQueues', 'ListWaitingMails'];
