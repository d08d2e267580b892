import { z } from 'zod'
import type { ServiceRow } from '../../db/services.ts'
import type { LogLevel } from '../contract/resources.ts'
import type { ServiceState } from '../contract/service.ts'
import type { Message } from '../contract/text.ts'
import type { AccountSnapshot } from '../providers/provider.ts'
import { sameDomain } from './domain-name.ts'

/** What one reading of an account means for our record of it. */
export interface Observation {
  /** Columns that change; empty when the record stands. */
  readonly set: Partial<ServiceRow>
  /** Whether the server's fields are those of this reading, are to be forgotten, or stay. */
  readonly fields: 'replace' | 'forget' | 'keep'
  readonly keep_snapshot: boolean
  readonly entry: (Message & { readonly level: LogLevel }) | undefined
}

const attributesSchema = z.object({ domain: z.string(), owner: z.string(), package: z.string() })

function lastAttributes(service: ServiceRow): z.infer<typeof attributesSchema> | undefined {
  if (service.snapshot === null) return undefined
  const parsed = attributesSchema.safeParse(JSON.parse(service.snapshot))
  return parsed.success ? parsed.data : undefined
}

const UNCHANGED: Observation = { set: {}, fields: 'keep', keep_snapshot: false, entry: undefined }

function moved(service: ServiceRow, state: ServiceState, now: number): Partial<ServiceRow> {
  return state === service.state ? {} : { state, since: now }
}

/** A suspension seen for the first time is as old as its server says; of anything else only the sight is known. */
function sinceOf({ suspended, suspended_at }: AccountSnapshot, now: number): number {
  if (!suspended || suspended_at === null || suspended_at <= 0) return now
  return Math.min(now, suspended_at * 1000)
}

/** A named account that is not ours yet: bound only if it is the one the host described (DESIGN §7). */
function observeUnbound(
  service: ServiceRow,
  server: string,
  account: AccountSnapshot | null,
  now: number,
): Observation {
  const matches =
    account !== null && service.domain !== null && sameDomain(service.domain, account.domain)
  if (!matches) {
    return {
      ...UNCHANGED,
      set: { link_refused: 'link_refused' },
      entry: { level: 'warning', code: 'log.service.link_refused' },
    }
  }
  return {
    set: {
      ...moved(service, account.suspended ? 'suspended' : 'active', sinceOf(account, now)),
      server,
      username: account.username,
      package: account.package,
      bound_at: now,
      started_at_s: account.started_at,
      uid: account.uid,
      owner: account.owner,
      link_refused: null,
    },
    fields: 'replace',
    keep_snapshot: true,
    entry: { level: 'info', code: 'log.service.linked' },
  }
}

function sameIdentity(service: ServiceRow, account: AccountSnapshot): boolean {
  return (
    service.started_at_s === account.started_at &&
    (service.uid === null || account.uid === null || service.uid === account.uid)
  )
}

function entryOf(service: ServiceRow, account: AccountSnapshot): Observation['entry'] {
  const state = account.suspended ? 'suspended' : 'active'
  if (service.state === 'active' && state === 'suspended')
    return { level: 'warning', code: 'log.service.suspended_outside' }
  if (service.state === 'suspended' && state === 'active')
    return { level: 'warning', code: 'log.service.unsuspended_outside' }
  if (service.state !== state) return { level: 'info', code: 'log.service.found_again' }
  const last = lastAttributes(service)
  if (last === undefined) return undefined
  if (last.domain !== account.domain && service.domain !== account.domain)
    return {
      level: 'warning',
      code: 'log.service.domain_changed_outside',
      params: { domain: account.domain },
    }
  if (last.package !== account.package && service.package !== account.package)
    return {
      level: 'warning',
      code: 'log.service.package_changed_outside',
      params: { package: account.package },
    }
  return last.owner === account.owner
    ? undefined
    : { level: 'warning', code: 'log.service.owner_changed_outside' }
}

function observeBound(
  service: ServiceRow,
  account: AccountSnapshot | null,
  seesAll: boolean,
  now: number,
): Observation {
  if (account === null) {
    // A token that sees only some accounts cannot tell deleted from given away.
    const state = seesAll ? 'deleted' : 'unknown'
    return {
      ...UNCHANGED,
      set: moved(service, state, now),
      fields: seesAll ? 'forget' : 'keep',
      entry:
        service.state === state
          ? undefined
          : {
              level: 'warning',
              code: seesAll ? 'log.service.deleted_outside' : 'log.service.not_found',
            },
    }
  }
  if (!sameIdentity(service, account)) {
    return {
      ...UNCHANGED,
      set: moved(service, 'unknown', now),
      entry:
        service.state === 'unknown'
          ? undefined
          : { level: 'error', code: 'log.service.identity_changed' },
    }
  }
  return {
    set: {
      ...moved(service, account.suspended ? 'suspended' : 'active', sinceOf(account, now)),
      ...(account.package === service.package ? {} : { package: account.package }),
    },
    fields: 'replace',
    keep_snapshot: true,
    entry: entryOf(service, account),
  }
}

/**
 * Compares what a server says of an account with our record: binds what was described rightly, recognises what was
 * suspended, unsuspended or deleted without us. Our record of the domain stays: that it differs is what blocks a
 * deletion. Pure.
 *
 * @param account `null`: the server knows no such account
 * @param seesAll whether the token sees every account of the server
 */
export function observe(
  service: ServiceRow,
  server: string,
  account: AccountSnapshot | null,
  seesAll: boolean,
  now: number,
): Observation {
  return service.bound_at === null
    ? observeUnbound(service, server, account, now)
    : observeBound(service, account, seesAll, now)
}
