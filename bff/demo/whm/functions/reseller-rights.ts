import type { Params, Refusal, Told, WhmFunction } from '../function.ts'
import { done, missing, refused } from '../outcome.ts'
import { filled } from '../parameters.ts'
import { PRIVILEGES } from '../privileges.ts'
import { resellerOf } from '../resellers.ts'

/** Any value gives a privilege, even 0; a privilege that is not named is taken away. */
function privilegesIn(params: Params): string[] {
  return params
    .names()
    .filter((name) => name.startsWith('acl-'))
    .map((name) => name.slice('acl-'.length))
    .filter((name) => PRIVILEGES.includes(name))
    .sort()
}

const setacls: WhmFunction = {
  name: 'setacls',
  acl: 'all',
  changes: true,
  run(world, call) {
    const user = filled(call.params, 'reseller', 'user')
    if (user === undefined) return missing('reseller')
    const reseller = resellerOf(world, user)
    if (reseller === undefined) return { ...refused('Not a reseller.'), data: { acl: [] } }
    const list = filled(call.params, 'acllist')
    const saved =
      list !== undefined && Object.hasOwn(world.acl_lists, list) ? world.acl_lists[list] : undefined
    if (list !== undefined && saved === undefined) {
      return { ...refused(`The ACL list “${list}” does not exist.`), data: { acl: [] } }
    }
    reseller.privileges = [...(saved ?? privilegesIn(call.params))]
    reseller.acl_list = list ?? null
    return done({ reason: 'Reseller Acls Saved', data: { acl: reseller.privileges } })
  },
  api0(told: Told) {
    const acls = told.ok ? told.data?.acl : undefined
    const more = acls === undefined ? {} : { acls }
    return { result: [{ status: told.ok ? 1 : 0, statusmsg: told.reason, ...more }] }
  },
}

const listacls: WhmFunction = {
  name: 'listacls',
  acl: 'all',
  changes: false,
  run(world) {
    const acl = Object.entries(world.acl_lists).map(([name, privileges]) => ({
      name,
      privileges: flags(privileges, 1, 0),
    }))
    return done({ data: { acl }, list: 'acl' })
  },
  api0(told) {
    const lists = Array.isArray(told.data?.acl) ? told.data.acl : []
    return { acls: Object.fromEntries(lists.map(listOfApi0)) }
  },
}

function listOfApi0(each: {
  readonly name: string
  readonly privileges: Readonly<Record<string, number>>
}): [string, unknown] {
  const texts = Object.entries(each.privileges).map(([name, value]) => [name, String(value)])
  return [each.name, Object.fromEntries(texts)]
}

function flags<T>(held: readonly string[], yes: T, no: T): Record<string, T> {
  return Object.fromEntries(PRIVILEGES.map((name) => [name, held.includes(name) ? yes : no]))
}

const saveacllist: WhmFunction = {
  name: 'saveacllist',
  acl: 'all',
  changes: true,
  run(world, call) {
    const name = filled(call.params, 'acllist')
    if (name === undefined) return missing('acllist')
    const problem = nameProblem(name)
    if (problem !== undefined) return problem
    world.acl_lists[name] = privilegesIn(call.params)
    return done({ reason: `ACL List ${name} saved.` })
  },
  api0(told) {
    return { results: [{ status: told.ok ? 1 : 0, statusmsg: told.reason }] }
  },
}

function nameProblem(name: string): Refusal | undefined {
  if (/^[A-Za-z0-9_. -]{1,64}$/.test(name)) return undefined
  return refused('The name of the ACL list is not valid.')
}

const myprivs: WhmFunction = {
  name: 'myprivs',
  acl: ['basic-whm-functions'],
  changes: false,
  run(_world, call) {
    const { privileges, user } = call.caller
    const held = privileges.has('all') ? PRIVILEGES : [...privileges]
    if (call.version === 0) return done({ data: { privs: flags(held, 1, 0) } })
    // Root's are numbers; a reseller's are texts, and what she lacks is an empty one.
    const all = privileges.has('all') ? 1 : 0
    const each =
      user === 'root' ? flags<number | string>(held, 1, 0) : flags<number | string>(held, '1', '')
    return done({ data: { privileges: [{ ...each, all }] } })
  },
}

/** Functions around privileges. */
export const resellerRights: readonly WhmFunction[] = [setacls, listacls, saveacllist, myprivs]
