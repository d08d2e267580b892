import { accountOf, sees, target } from '../access.ts'
import type { Call, Outcome, Refusal, Told, WhmFunction } from '../function.ts'
import { done, missing, refused } from '../outcome.ts'
import { filled } from '../parameters.ts'
import { passwordProblem, strength } from '../password-rules.ts'
import type { World } from '../world.ts'

const APPS = ['system', 'ftp', 'mail', 'mySQL']
const SERVICES = [
  'createacct',
  'default',
  'ftp',
  'list',
  'mysql',
  'passwd',
  'postgres',
  'sshkey',
  'virtual',
]

const passwd: WhmFunction = {
  name: 'passwd',
  acl: ['passwd'],
  changes: true,
  run(world: World, call: Call): Outcome {
    const user = filled(call.params, 'user')
    const password = filled(call.params, 'password', 'pass')
    if (user === undefined) return missing('user')
    if (password === undefined) return missing('password')
    const refusal = passwordTarget(world, call, user)
    if (refusal !== undefined) return refusal
    const problem = passwordProblem(user, password, world.settings.password_strength.passwd)
    if (problem !== undefined) return problem
    world.passwords[user] = password
    const account = accountOf(world, user)
    if (account !== undefined) {
      account.force_password_change = false
      if (call.params.get('db_pass_update') !== '0') account.database_password = password
    }
    const data = { app: user === 'root' ? ['system'] : APPS }
    if (call.version === 1) return done({ reason: `Password changed for user “${user}”.`, data })
    return done({ reason: `Password changed for user ${user}`, data, raw: changeLog(user) })
  },
  api0(told: Told) {
    const apps = told.ok && Array.isArray(told.data?.app) ? told.data.app : []
    const services = told.ok ? apps.map((app: unknown) => ({ app })) : null
    const rawout = told.ok ? (told.raw ?? '') : null
    return { passwd: [{ status: told.ok ? 1 : 0, services, statusmsg: told.reason, rawout }] }
  },
}

function changeLog(user: string): string {
  return [
    `Changing password for ${user}`,
    `Password for ${user} has been changed`,
    `Updating ftp passwords for ${user}`,
    'Ftp password files updated.',
    'Ftp vhost passwords synced',
    '',
  ].join('\n')
}

function passwordTarget(world: World, call: Call, user: string): Refusal | undefined {
  if (user === call.caller.user) return undefined
  const found = target(world, call, user, refused(`Sorry, the user ${user} does not exist.`))
  return found.ok ? undefined : found
}

const get_password_strength: WhmFunction = {
  name: 'get_password_strength',
  acl: ['create-acct', 'passwd'],
  changes: false,
  run(_world, call) {
    const password = call.params.get('password')
    if (password === undefined) return missing('password')
    return done({ data: { strength: strength(password) } })
  },
}

const getminimumpasswordstrengths: WhmFunction = {
  name: 'getminimumpasswordstrengths',
  acl: ['create-acct', 'passwd'],
  changes: false,
  run(world, call) {
    const { create, passwd: change } = world.settings.password_strength
    const least = (name: string) =>
      name === 'createacct' ? create : name === 'passwd' ? change : 50
    const name = filled(call.params, 'name')
    const wanted = name === undefined ? SERVICES : SERVICES.filter((each) => each === name)
    if (wanted.length === 0) return refused(`“${name}” is not a known password strength name.`)
    return done({ data: Object.fromEntries(wanted.map((each) => [each, least(each)])) })
  },
}

const forcepasswordchange: WhmFunction = {
  name: 'forcepasswordchange',
  acl: ['passwd'],
  changes: true,
  run(world, call) {
    const text = filled(call.params, 'users_json')
    if (text === undefined) return missing('users_json')
    const users = usersOf(text)
    if (users === undefined) return refused('The “users_json” parameter is not a JSON object.')
    const updated: string[] = []
    for (const [user, wanted] of users) {
      const account = accountOf(world, user)
      if (account === undefined || !sees(call, account)) {
        if (call.params.get('stop_on_failure') === '1') {
          return refused(`You do not have access to an account named “${user}”.`)
        }
        continue
      }
      account.force_password_change = wanted
      updated.push(user)
    }
    return done({ data: { updated } })
  },
}

function usersOf(text: string): [string, boolean][] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Object.entries(value).map(([user, wanted]) => [user, Number(wanted) === 1])
  } catch {
    return undefined
  }
}

/** Functions around passwords. */
export const passwords: readonly WhmFunction[] = [
  passwd,
  get_password_strength,
  getminimumpasswordstrengths,
  forcepasswordchange,
]
