import type { Input, InputProperty } from '../../../contract/dialect.ts'
import type { Message } from '../../../contract/text.ts'
import type { Answer, Consequences, Json, PlannedStep } from '../../provider.ts'
import { type AclList, findGrantable } from '../acl-lists.ts'
import type { ResellerLimits } from '../usage.ts'
import type { WhmClient } from '../whm-client.ts'
import { given, number, text, tick } from './form-fields.ts'

const MEBIBYTE = 1024 * 1024
/** Megabytes; a petabyte. */
const MOST_MB = 1_000_000_000

type ShowIf = NonNullable<NonNullable<InputProperty['x-provision']>['show_if']>

/** What a reseller may have, as controls: ACL list and limits. */
export function resellerFields(show_if?: ShowIf): Readonly<Record<string, InputProperty>> {
  const hints = { group: 'reseller', ...(show_if === undefined ? {} : { show_if }) }
  const limited = { ...hints, unlimited: true }
  return {
    acl: text('acl', { minLength: 1, maxLength: 100 }, { ...hints, choices: 'acls' }),
    account_limit: number('account_limit', { minimum: 0, maximum: 1_000_000 }, limited),
    disk_limit: number('disk_limit', { minimum: 0, maximum: MOST_MB }, limited),
    bandwidth_limit: number('bandwidth_limit', { minimum: 0, maximum: MOST_MB }, limited),
  }
}

export function ownerSelfField(show_if?: ShowIf): InputProperty {
  return tick('owner_self', { default: false }, show_if === undefined ? {} : { show_if })
}

function inBytes(value: Input[string] | undefined): number | null | undefined {
  if (value === null) return null
  return typeof value === 'number' ? value * MEBIBYTE : undefined
}

/** The limits an input asks for, sizes in bytes; empty when it asks for none. Pure. */
export function limitsAsked(input: Input): Partial<ResellerLimits> {
  const { account_limit } = input
  const disk = inBytes(input.disk_limit)
  const bandwidth = inBytes(input.bandwidth_limit)
  return {
    ...(account_limit === null || typeof account_limit === 'number'
      ? { accounts: account_limit }
      : {}),
    ...(disk === undefined ? {} : { disk }),
    ...(bandwidth === undefined ? {} : { bandwidth }),
  }
}

/** The calls that make an account a reseller, or give one other rights and limits. Pure. */
export function resellerSteps(
  account: string,
  expect: { readonly [key: string]: Json },
  input: Input,
  isReseller: boolean,
): PlannedStep[] {
  const acl = given(input.acl)
  const limits = limitsAsked(input)
  const more: PlannedStep[] = [
    ...(acl === undefined ? [] : [{ name: 'set-acls', account, params: { expect, acl } }]),
    ...(Object.keys(limits).length === 0
      ? []
      : [{ name: 'set-limits', account, params: { expect, limits: { ...limits } } }]),
  ]
  if (isReseller) return more
  const params = { expect, owner_self: input.owner_self === true, alone: more.length === 0 }
  return [{ name: 'make-reseller', account, params }, ...more]
}

/** The ACL list an input names, if it may be given; `undefined` when it names none. */
export async function askedList(
  client: WhmClient,
  input: Input,
): Promise<Answer<AclList | undefined>> {
  const acl = given(input.acl)
  return acl === undefined ? { ok: true, value: undefined } : findGrantable(client, acl)
}

/** What an ACL list gives, to be read before it is given. Pure. */
export function rightsGranted(list: AclList | undefined): Message[] {
  return list?.privileges === undefined || list.privileges === null || list.privileges.length === 0
    ? []
    : [{ code: 'effect.rights_granted', params: { rights: list.privileges.join(', ') } }]
}

/** Limits before and after, for what is asked for only. Pure. */
export function limitChanges(
  asked: Partial<ResellerLimits>,
  present: ResellerLimits | undefined,
): Consequences['limits'] {
  const keys = ['accounts', 'disk', 'bandwidth'] as const
  return keys.flatMap((key) => {
    const after = asked[key]
    return after === undefined
      ? []
      : [{ key, before: present === undefined ? '–' : present[key], after }]
  })
}
