import type { Input } from '../../../contract/dialect.ts'
import { randomPassword } from '../../../vault/random-password.ts'
import type { Answer, ChangeAction, Shown, Situation } from '../../provider.ts'
import { readItem } from '../account.ts'
import { type CpanelPanel, ours } from '../cpanel-panel.ts'
import { findPackage } from '../packages.ts'
import { isProtected } from '../protected.ts'
import { expectedOf } from '../standing.ts'
import { deriveUsername, verifyUsername } from '../username.ts'
import { choiceOfOwner, form, given, text, tick } from './form-fields.ts'
import { AVAILABLE, NOT_APPLICABLE, refusedFor, unless } from './judging.ts'
import {
  askedList,
  limitChanges,
  limitsAsked,
  ownerSelfField,
  resellerFields,
  resellerSteps,
  rightsGranted,
} from './reseller-part.ts'

const AS_RESELLER = { field: 'reseller', equals: true }

function domainOf({ service }: Situation, input: Input): string | undefined {
  const domain = given(input.domain) ?? service.domain ?? undefined
  return domain?.toLowerCase().replace(/\.$/, '')
}

function packageOf({ service }: Situation, input: Input): string | undefined {
  return given(input.package) ?? service.package ?? undefined
}

/** Fixes the username before anything is sent: the one typed, or one made of the domain; either is verified. */
async function settleUsername(
  { client, target }: CpanelPanel,
  domain: string,
  input: Input,
): Promise<Answer<string>> {
  const typed = given(input.username)?.toLowerCase()
  if (typed === undefined) return deriveUsername(client, domain, target.user)
  if (isProtected(typed, target.user)) return refusedFor('username_reserved')
  const said = await verifyUsername(client, typed)
  if (!said.ok) return said
  switch (said.value) {
    case 'free':
      return { ok: true, value: typed }
    case 'invalid':
      return refusedFor('username_invalid')
    case 'taken': {
      // The domain under that name already: made by somebody, or by an earlier try whose answer was lost. The step's
      // guard tells.
      const item = await readItem(client, typed)
      const there = item.ok && item.value?.domain.toLowerCase() === domain
      return there ? { ok: true, value: typed } : refusedFor('username_taken')
    }
  }
}

function shown(key: 'username' | 'domain' | 'package' | 'ip', value: string | null): Shown[] {
  return value === null ? [] : [{ key, label: `result.${key}`, format: 'text', value }]
}

/** Creates the account of a service, as a reseller if asked. */
export const create: ChangeAction = {
  kind: 'change',
  counts: 'creates',
  name: 'create',
  group: 'account',
  order: 1,
  highlight: true,
  danger: 'none',
  confirmation: { preview: false, domain: false, accounts: false },
  needs: ['create-acct', 'acct-summary'],
  result: { open: false, changed: ['service', 'fields', 'usage'] },

  judge({ service }) {
    if (service.identity !== null)
      return service.state === 'deleted'
        ? unless({ code: 'reason.deleted', remedy: 'remedy.unlink_first' })
        : NOT_APPLICABLE
    return service.state === 'unknown' && service.username !== null
      ? unless({ code: 'reason.account_unknown' })
      : AVAILABLE
  },

  form: ({ service, rights }) =>
    form(
      {
        domain: text(
          'domain',
          { format: 'hostname', ...(service.domain === null ? {} : { default: service.domain }) },
          { widget: 'text' },
        ),
        package: text(
          'package',
          {
            minLength: 1,
            maxLength: 128,
            ...(service.package === null ? {} : { default: service.package }),
          },
          { choices: 'packages' },
        ),
        username: text('username', {
          pattern: '[A-Za-z][A-Za-z0-9]{0,15}',
        }),
        email: text('email', { format: 'email', maxLength: 254 }, { autocomplete: 'off' }),
        password: text(
          'password',
          { maxLength: 128 },
          {
            widget: 'password',
            secret: true,
            autocomplete: 'new-password',
            help: 'input.password_create.help',
          },
        ),
        ip: text('ip', { format: 'ipv4' }, { choices: 'ips' }),
        // Who owns an account, and who is a reseller, is root's to say.
        ...(rights === undefined || rights.all
          ? {
              owner_self: ownerSelfField(),
              owner: choiceOfOwner(),
              reseller: tick('reseller', { default: false }),
              ...resellerFields(AS_RESELLER),
            }
          : {}),
      },
      [
        ...(service.domain === null ? ['domain'] : []),
        ...(service.package === null ? ['package'] : []),
      ],
    ),

  alreadySo: ({ service }) => service.identity !== null && service.state !== 'deleted',

  async preview(panel, situation, input) {
    const domain = domainOf(situation, input)
    if (domain === undefined) return refusedFor('domain_invalid')
    const { client, target } = ours(panel)
    const found = await findPackage(client, packageOf(situation, input) ?? '', target.user)
    if (!found.ok) return found
    const list = input.reseller === true ? await askedList(client, input) : undefined
    if (list !== undefined && !list.ok) return list
    const username = given(input.username) ?? '…'
    const asked = input.reseller === true ? limitsAsked(input) : {}
    return {
      ok: true,
      value: {
        accounts: [],
        limits: limitChanges(asked, undefined),
        effects: [
          { code: 'effect.account_created', params: { username, domain } },
          ...(given(input.password) === undefined ? [{ code: 'effect.password_random' }] : []),
          ...(input.reseller === true
            ? [
                { code: 'effect.becomes_reseller', params: { username } },
                ...rightsGranted(list?.value),
              ]
            : []),
        ],
        irreversible: [],
      },
    }
  },

  async prepare(panel, situation, input, secrets) {
    const password =
      secrets.password === undefined
        ? { password: randomPassword(), random: 'yes' }
        : { password: secrets.password }
    const { identity } = situation.service
    // The rest of a half-done creation: its account is there and ours.
    if (identity !== null)
      return {
        ok: true,
        value: { input: { ...input, username: identity.username }, secrets: password },
      }
    const domain = domainOf(situation, input)
    if (domain === undefined) return refusedFor('domain_invalid')
    const plan = packageOf(situation, input)
    if (plan === undefined) return refusedFor('package_not_found')
    const panelOfOurs = ours(panel)
    const found = await findPackage(panelOfOurs.client, plan, panelOfOurs.target.user)
    if (!found.ok) return found
    const list = input.reseller === true ? await askedList(panelOfOurs.client, input) : undefined
    if (list !== undefined && !list.ok) return list
    const username = await settleUsername(panelOfOurs, domain, input)
    if (!username.ok) return username
    return {
      ok: true,
      value: {
        input: {
          ...input,
          domain,
          package: found.value?.name ?? plan,
          username: username.value,
        },
        secrets: password,
      },
    }
  },

  plan({ service }, input) {
    const account = String(input.username)
    const domain = given(input.domain) ?? service.domain ?? ''
    // Until it exists, the account is known by its domain; from then on by its identity too.
    const expect = service.identity === null ? { domain } : expectedOf(service.identity)
    return [
      {
        name: 'create',
        account,
        params: {
          domain,
          package: given(input.package) ?? service.package ?? '',
          email: given(input.email) ?? null,
          owner: given(input.owner)?.toLowerCase() ?? null,
          owner_self: input.owner_self === true,
          ip: given(input.ip) ?? null,
        },
      },
      ...(input.reseller === true ? resellerSteps(account, expect, input, false) : []),
    ]
  },

  settle: (_situation, _input, after) =>
    after === null
      ? { change: {}, result: { show: [], changed: ['service', 'fields', 'usage'] } }
      : {
          change: {
            state: after.suspended ? 'suspended' : 'active',
            bind: {
              username: after.username,
              started_at: after.started_at,
              uid: after.uid,
              domain: after.domain,
              owner: after.owner,
            },
            package: after.package,
          },
          result: {
            show: [
              ...shown('username', after.username),
              ...shown('domain', after.domain),
              ...shown('package', after.package),
              ...shown('ip', after.ip),
            ],
            changed: ['service', 'fields', 'usage'],
          },
        },
}
