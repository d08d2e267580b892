import type { Call, Refusal, WhmFunction } from '../function.ts'
import { done, missing, refused } from '../outcome.ts'
import { filled, whole } from '../parameters.ts'
import { holds, PRIVILEGES } from '../privileges.ts'
import { secret } from '../random.ts'
import type { ApiToken, World } from '../world.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const LATEST = 253_402_300_799

function tokenNamed(world: World, call: Call, name: string): ApiToken | undefined {
  return world.tokens.find((token) => token.user === call.caller.user && token.name === name)
}

function unknown(name: string): Refusal {
  return refused(`You do not have an API token named “${name}”.`)
}

function nameProblem(world: World, call: Call, name: string): Refusal | undefined {
  if (!/^[A-Za-z0-9_-]{1,50}$/.test(name))
    return refused(`“${name}” is not a valid API token name.`)
  if (tokenNamed(world, call, name) === undefined) return undefined
  return refused(`You already have an API token named “${name}”.`)
}

/** The privileges asked for; `null`: none were named. Nobody gives away more than the token in use has. */
function wantedPrivileges(call: Call): { ok: true; privileges: string[] | null } | Refusal {
  const asked = call.params.numbered('acl').filter((each) => each !== '')
  const bad = asked.find((each) => !PRIVILEGES.includes(each))
  if (bad !== undefined) return refused(`“${bad}” is not a valid ACL.`)
  const above = asked.find((each) => !holds(call.caller, each))
  if (above !== undefined) return refused(`You do not have the ACL “${above}”.`)
  return { ok: true, privileges: asked.length === 0 ? null : asked }
}

function heldBy(token: ApiToken, call: Call): string[] {
  const all = call.caller.privileges.has('all') ? PRIVILEGES : [...call.caller.privileges]
  return token.privileges ?? [...all]
}

function told(token: ApiToken, call: Call): Record<string, unknown> {
  return {
    acls: heldBy(token, call),
    create_time: token.created,
    expires_at: token.expires,
    name: token.name,
    whitelist_ips: token.whitelist_ips.length === 0 ? null : token.whitelist_ips,
  }
}

const api_token_create: WhmFunction = {
  name: 'api_token_create',
  acl: ['manage-api-tokens'],
  changes: true,
  run(world, call) {
    const name = filled(call.params, 'token_name')
    if (name === undefined) return missing('token_name')
    const problem = nameProblem(world, call, name)
    if (problem !== undefined) return problem
    const wanted = wantedPrivileges(call)
    if (!wanted.ok) return wanted
    const expires = whole(call.params.get('expires_at'), 1, LATEST) ?? null
    const own = call.caller.privileges.has('all') ? null : [...call.caller.privileges]
    const token: ApiToken = {
      user: call.caller.user,
      name,
      token: secret(32, ALPHABET),
      created: call.now,
      privileges: wanted.privileges ?? own,
      expires,
      whitelist_ips: call.params.numbered('whitelist_ip').filter((each) => each !== ''),
    }
    world.tokens.push(token)
    return done({ data: { ...told(token, call), token: token.token } })
  },
}

const api_token_list: WhmFunction = {
  name: 'api_token_list',
  acl: ['manage-api-tokens'],
  changes: false,
  run(world, call) {
    const own = world.tokens.filter((token) => token.user === call.caller.user)
    const tokens = own.map((token): [string, unknown] => {
      const held = heldBy(token, call)
      const acls = Object.fromEntries(PRIVILEGES.map((each) => [each, held.includes(each) ? 1 : 0]))
      return [token.name, { ...told(token, call), acls }]
    })
    return done({ data: { tokens: Object.fromEntries(tokens) } })
  },
}

const api_token_update: WhmFunction = {
  name: 'api_token_update',
  acl: ['manage-api-tokens'],
  changes: true,
  run(world, call) {
    const { params } = call
    const name = filled(params, 'token_name')
    if (name === undefined) return missing('token_name')
    const token = tokenNamed(world, call, name)
    if (token === undefined) return unknown(name)
    const renamed = filled(params, 'new_name')
    const problem =
      renamed === undefined || renamed === name ? undefined : nameProblem(world, call, renamed)
    if (problem !== undefined) return problem
    const wanted = wantedPrivileges(call)
    if (!wanted.ok) return wanted
    token.name = renamed ?? token.name
    token.privileges = wanted.privileges ?? token.privileges
    if (params.has('expires_at')) token.expires = whole(params.get('expires_at'), 1, LATEST) ?? null
    const addresses = params.numbered('whitelist_ip').filter((each) => each !== '')
    if (addresses.length > 0) token.whitelist_ips = addresses
    return done({ data: told(token, call) })
  },
}

const api_token_revoke: WhmFunction = {
  name: 'api_token_revoke',
  acl: ['manage-api-tokens'],
  changes: true,
  run(world, call) {
    const names = call.params.numbered('token_name').filter((each) => each !== '')
    if (names.length === 0) return missing('token_name')
    const absent = names.find((name) => tokenNamed(world, call, name) === undefined)
    if (absent !== undefined) return unknown(absent)
    world.tokens = world.tokens.filter(
      (token) => token.user !== call.caller.user || !names.includes(token.name),
    )
    return done()
  },
}

const api_token_get_details: WhmFunction = {
  name: 'api_token_get_details',
  acl: ['manage-api-tokens'],
  changes: false,
  run(world, call) {
    const value = filled(call.params, 'token')
    if (value === undefined) return missing('token')
    const token = world.tokens.find(
      (each) => each.user === call.caller.user && each.token === value,
    )
    if (token === undefined) return refused('The API token does not exist.')
    return done({ data: told(token, call) })
  },
}

/** Functions around API tokens. */
export const apiTokens: readonly WhmFunction[] = [
  api_token_create,
  api_token_list,
  api_token_update,
  api_token_revoke,
  api_token_get_details,
]
