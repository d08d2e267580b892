import type { AccountSnapshot, ChangeAction, PlannedStep, Situation } from '../../provider.ts'
import { faultOf, readOwned } from '../account.ts'
import { ours } from '../cpanel-panel.ts'
import { resellersData } from '../functions.ts'
import { expectedOf, sameIdentity } from '../standing.ts'
import {
  dateFields,
  onDate,
  ownedSuspendedUntil,
  REASON,
  suspendedUntil,
  untilDate,
} from './delete-date.ts'
import { form, tick } from './form-fields.ts'
import {
  identityOf,
  NOT_APPLICABLE,
  onAccount,
  ownSnapshot,
  type Reason,
  readOwnAccount,
  refusedFor,
  unless,
  whereRecordDiffers,
} from './judging.ts'

/** What must be known of an account before it may be deleted. Pure. */
function unknownOf(
  { rights }: Situation,
  snapshot: AccountSnapshot | undefined,
): Reason | undefined {
  if (snapshot === undefined || snapshot.reseller === null)
    return { code: 'reason.reseller_unknown', remedy: 'remedy.reseller_unknown' }
  if (!snapshot.reseller) return undefined
  if (snapshot.owned === null) return { code: 'reason.owned_unknown' }
  return rights !== undefined && !rights.all
    ? { code: 'reason.acl_missing', params: { acl: 'all' }, remedy: 'remedy.acl_missing' }
    : undefined
}

/**
 * Deletes the account; a reseller after the accounts it owns, each of which was listed and confirmed. On a date: they
 * are suspended now, and the same is carried out when the day has come.
 */
export const deleteAccount: ChangeAction = {
  kind: 'change',
  counts: 'deletes',
  name: 'delete',
  group: 'danger',
  order: 90,
  highlight: false,
  danger: 'irreversible',
  confirmation: { preview: true, domain: true, accounts: true },
  needs: ['kill-acct', 'acct-summary'],
  extra_scope: 'accounts:cascade',
  result: { open: false, changed: ['service', 'fields', 'usage'] },

  judge: (situation) =>
    situation.service.state === 'deleted'
      ? NOT_APPLICABLE
      : onAccount(situation, (snapshot) =>
          unless(whereRecordDiffers(situation, snapshot), unknownOf(situation, snapshot)),
        ),

  form: (situation) => {
    const dated = dateFields(situation)
    return form(
      { ...dated, keep_dns: tick('keep_dns', { default: false }) },
      dated.date === undefined ? [] : ['date'],
    )
  },
  schedule: onDate,

  alreadySo: ({ service }) => service.state === 'deleted',
  cascades: (situation) => (ownSnapshot(situation)?.owned ?? []).length > 0,

  async preview(panel, situation, input) {
    const account = await readOwnAccount(panel, situation)
    if (!account.ok) return account
    const { username, domain, reseller, owned } = account.value
    if (reseller === null) return refusedFor('reseller_unknown')
    if (owned === null) return refusedFor('owned_unknown')
    const differing = whereRecordDiffers(situation, account.value)
    if (differing !== undefined)
      return refusedFor(differing.code.slice('reason.'.length), differing.params)
    const { client } = ours(panel)
    if (!reseller) {
      // Accounts keep the name of an owner whose rights were revoked.
      const left = await readOwned(client, username)
      if (left.ok ? left.value.length > 0 : left.fault.transport)
        return left.ok ? refusedFor('accounts_left') : left
    }
    if (owned.length > 0) {
      const listed = await client.ask('listresellers', {}, resellersData)
      if (listed.kind !== 'done') return { ok: false, fault: faultOf(listed) }
      for (const one of owned.filter((other) => listed.data.reseller.includes(other.username))) {
        const more = await readOwned(client, one.username)
        if (!more.ok) return more
        if (more.value.length > 0) return refusedFor('owned_reseller', { username: one.username })
      }
    }
    const dated = onDate(input)
    return {
      ok: true,
      value: {
        accounts: [...owned, account.value],
        limits: [],
        effects:
          dated !== undefined
            ? untilDate(dated, domain, username, owned, input.keep_dns === true)
            : [
                {
                  code: input.keep_dns === true ? 'effect.dns_kept' : 'effect.dns_removed',
                  params: { domain },
                },
              ],
        irreversible: [
          { code: 'irreversible.account_deleted', params: { username } },
          { code: 'irreversible.mail_deleted' },
          { code: 'irreversible.databases_deleted' },
          ...(owned.length === 0
            ? []
            : [{ code: 'irreversible.accounts_deleted', params: { count: owned.length + 1 } }]),
          { code: 'irreversible.no_backup' },
        ],
      },
    }
  },

  plan(situation, input, consequences) {
    const identity = identityOf(situation)
    const { domain, owner } = situation.service
    const reseller = ownSnapshot(situation)?.reseller === true
    const keep_dns = input.keep_dns === true
    const owned = (consequences?.accounts ?? []).filter(
      ({ username }) => username !== identity.username,
    )
    const expect = expectedOf(identity)
    const expectWhole = {
      ...expect,
      ...(domain === null ? {} : { domain }),
      ...(owner === null ? {} : { owner }),
    }
    // Its own account last: until then the reseller can see what happens.
    if (onDate(input) !== undefined)
      return [...owned.map(ownedSuspendedUntil), suspendedUntil(identity.username, expectWhole)]
    const last: PlannedStep = {
      name: 'delete',
      account: identity.username,
      params: {
        expect: expectWhole,
        keep_dns,
        reseller,
        alone: !reseller,
      },
    }
    if (!reseller) return [last]
    return [
      ...owned.map((account) => ({
        name: 'delete',
        account: account.username,
        params: {
          expect: expectedOf(account, { domain: account.domain, owner: account.owner }),
          keep_dns,
          reseller: false,
          alone: false,
        },
      })),
      { name: 'revoke-reseller', account: identity.username, params: { expect, alone: false } },
      last,
    ]
  },

  settle({ service }, input, after) {
    const dated = onDate(input)
    if (dated !== undefined)
      return {
        change: {
          state: after?.suspended === false ? 'active' : 'suspended',
          suspend_reason: REASON,
        },
        result: {
          show: [
            {
              key: 'delete_on',
              label: 'result.delete_on',
              format: 'datetime',
              value: new Date(dated.due_at).toISOString(),
            },
          ],
          changed: ['service', 'fields'],
        },
      }
    return {
      change:
        after !== null && service.identity !== null && sameIdentity(after, service.identity)
          ? {}
          : { state: 'deleted', unbind: true },
      result: { show: [], changed: ['service', 'fields', 'usage'] },
    }
  },
}
