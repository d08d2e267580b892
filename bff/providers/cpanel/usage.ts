import type { UsagePart } from '../../contract/resources.ts'
import type { Message } from '../../contract/text.ts'
import type { Answer } from '../provider.ts'
import { answerOf, faultOf, readItem } from './account.ts'
import { bandwidthData, countsData, localQuotaData, statsData } from './functions.ts'
import { bytesOf, limitOf, sizeLimitOf } from './quantities.ts'
import type { WhmClient } from './whm-client.ts'

type Part = Omit<UsagePart, 'error'> & { error?: Message }

function failed(key: string, unit: UsagePart['unit'], code: string): Part {
  return {
    key,
    label: `usage.${key}`,
    used: null,
    limit: null,
    unit,
    error: { code: `error.${code}` },
  }
}

/** An expression that finds this username and no longer one (whm-api §9.12). Pure. */
export function exactly(username: string): string {
  return `^${username.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')}$`
}

/** What the account itself is told of its quota: asked where the summary leaves something out. */
async function localQuota(client: WhmClient, username: string) {
  const outcome = await client.ask(
    'uapi_cpanel',
    {
      'cpanel.user': username,
      'cpanel.module': 'Quota',
      'cpanel.function': 'get_local_quota_info',
    },
    localQuotaData,
  )
  return outcome.kind === 'done' && outcome.data.uapi.status === 1
    ? outcome.data.uapi.data
    : undefined
}

/** Zero is how a quota says that there is none. */
function quotaLimit(limit: number | null): number | null {
  return limit === 0 ? null : limit
}

async function diskAndFiles(client: WhmClient, username: string): Promise<Part[]> {
  const item = await readItem(client, username)
  const code = item.ok ? 'account_not_found' : item.fault.code
  if (!item.ok || item.value === null)
    return [failed('disk', 'bytes', code), failed('inodes', 'count', code)]
  const { diskused, disklimit, inodesused, inodeslimit } = item.value
  const used = bytesOf(diskused)
  const quota =
    used === undefined || inodesused === null ? await localQuota(client, username) : undefined
  return [
    used === undefined
      ? part('disk', 'bytes', quota?.bytes_used, quotaLimit(quota?.byte_limit ?? null))
      : part('disk', 'bytes', used, sizeLimitOf(disklimit) ?? null),
    inodesused === null
      ? part('inodes', 'count', quota?.inodes_used, quotaLimit(quota?.inode_limit ?? null))
      : part('inodes', 'count', inodesused, limitOf(inodeslimit) ?? null),
  ]
}

function part(
  key: string,
  unit: UsagePart['unit'],
  used: number | null | undefined,
  limit: number | null,
): Part {
  return used === undefined || used === null
    ? failed(key, unit, 'not_told')
    : { key, label: `usage.${key}`, used, limit, unit }
}

/** Servers without a limit say 0, nothing, `unlimited`, or a number no line could carry. */
function bandwidthLimit(text: string | null): number | null {
  const limit = limitOf(text)
  return limit === undefined || limit === null || limit === 0 || limit >= 999_999_999_999_990
    ? null
    : limit
}

async function bandwidth(client: WhmClient, username: string, month: string): Promise<Part> {
  const outcome = await client.ask(
    'showbw',
    {
      searchtype: 'user',
      search: exactly(username),
      year: Number(month.slice(0, 4)),
      month: Number(month.slice(5, 7)),
    },
    bandwidthData,
  )
  if (outcome.kind !== 'done') return failed('bandwidth', 'bytes', outcome.code)
  // Never the first row: an expression may still have found somebody else.
  const row = outcome.data.acct.find(({ user }) => user === username)
  return part('bandwidth', 'bytes', row?.totalbytes ?? 0, bandwidthLimit(row?.limit ?? null))
}

/**
 * What an account uses. Each part fails alone.
 *
 * @param month `YYYY-MM`
 */
export async function readUsage(
  client: WhmClient,
  username: string,
  month: string,
): Promise<Part[]> {
  const [stored, moved] = await Promise.all([
    diskAndFiles(client, username),
    bandwidth(client, username, month),
  ])
  return [...stored.slice(0, 1), moved, ...stored.slice(1)]
}

const MEBIBYTE = 1024 * 1024
/** Megabytes that stand for "no limit" where a server wants a number. */
export const NO_LIMIT_MB = 99_999_999

/** Megabytes as bytes; servers say 0 where a reseller has no limit. */
function resellerLimit(megabytes: number | null): number | null {
  return megabytes === null || megabytes === 0 || megabytes >= NO_LIMIT_MB
    ? null
    : megabytes * MEBIBYTE
}

function inBytes(megabytes: number | null): number | null {
  return megabytes === null ? null : Math.round(megabytes * MEBIBYTE)
}

/** What a reseller may have in all; `null` is unlimited. Sizes in bytes. */
export interface ResellerLimits {
  readonly accounts: number | null
  readonly disk: number | null
  readonly bandwidth: number | null
}

/** Limits as they are, and what may be sold beyond them: a call that sets the one must repeat the other. */
export interface PresentLimits extends ResellerLimits {
  readonly oversells: { readonly disk: boolean; readonly bandwidth: boolean }
}

/** The limits of a reseller over all its accounts. */
export async function readResellerLimits(
  client: WhmClient,
  username: string,
): Promise<Answer<PresentLimits>> {
  const [counts, stats] = await Promise.all([
    client.ask('acctcounts', { user: username }, countsData),
    client.ask('resellerstats', { user: username }, statsData),
  ])
  if (counts.kind !== 'done') return { ok: false, fault: faultOf(counts) }
  return answerOf(stats, ({ reseller }) => ({
    accounts: counts.data.reseller.limit,
    disk: resellerLimit(reseller.diskquota),
    bandwidth: resellerLimit(reseller.bandwidthlimit),
    oversells: { disk: reseller.diskoverselling, bandwidth: reseller.bwoverselling },
  }))
}

/**
 * What a reseller's accounts use together. Each part fails alone.
 *
 * @param month `YYYY-MM`
 */
export async function readResellerUsage(
  client: WhmClient,
  username: string,
  month: string,
): Promise<Part[]> {
  const [counts, stats] = await Promise.all([
    client.ask('acctcounts', { user: username }, countsData),
    client.ask(
      'resellerstats',
      { user: username, year: Number(month.slice(0, 4)), month: Number(month.slice(5, 7)) },
      statsData,
    ),
  ])
  const accounts =
    counts.kind === 'done'
      ? part(
          'accounts',
          'count',
          (counts.data.reseller.active ?? 0) + (counts.data.reseller.suspended ?? 0),
          counts.data.reseller.limit,
        )
      : failed('accounts', 'count', counts.code)
  if (stats.kind !== 'done') {
    const { code } = stats
    return [
      accounts,
      failed('reseller_disk', 'bytes', code),
      failed('reseller_bandwidth', 'bytes', code),
    ]
  }
  const { diskused, diskquota, totalbwused, bandwidthlimit } = stats.data.reseller
  return [
    accounts,
    part('reseller_disk', 'bytes', inBytes(diskused), resellerLimit(diskquota)),
    part('reseller_bandwidth', 'bytes', inBytes(totalbwused), resellerLimit(bandwidthlimit)),
  ]
}
