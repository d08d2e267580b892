import { accountOf, sees } from '../access.ts'
import type { Call, WhmFunction } from '../function.ts'
import { done, missing, uncaught } from '../outcome.ts'
import { filled } from '../parameters.ts'
import { uapi } from '../uapi.ts'
import type { Account, World } from '../world.ts'

const BAD_USER = 'User parameter is invalid or was not supplied'

function reachable(world: World, call: Call, user: string): Account | undefined {
  const account = accountOf(world, user)
  return account !== undefined && sees(call, account) ? account : undefined
}

const uapi_cpanel: WhmFunction = {
  name: 'uapi_cpanel',
  acl: ['list-accts'],
  changes: false,
  run(world, call) {
    const { params, now } = call
    const user = filled(params, 'cpanel.user')
    const module = filled(params, 'cpanel.module')
    const name = filled(params, 'cpanel.function')
    if (user === undefined) return missing('cpanel.user')
    if (module === undefined) return missing('cpanel.module')
    if (name === undefined) return missing('cpanel.function')
    const account = reachable(world, call, user)
    if (account === undefined) return uncaught(`You do not have a user named “${user}”.`)
    return done({ data: { uapi: uapi(module, name, { world, account, params, now }) } })
  },
}

const cpanel: WhmFunction = {
  name: 'cpanel',
  acl: ['cpanel-api'],
  changes: false,
  run(world, call) {
    const { params, now } = call
    const user = filled(params, 'cpanel_jsonapi_user') ?? ''
    const account = /[A-Z]/.test(user) ? undefined : reachable(world, call, user)
    if (account === undefined) {
      const body = { data: { reason: BAD_USER, result: '0' }, type: 'text', error: BAD_USER }
      return { ok: false, reason: BAD_USER, body }
    }
    const module = filled(params, 'cpanel_jsonapi_module') ?? ''
    const func = filled(params, 'cpanel_jsonapi_func') ?? ''
    const result = uapi(module, func, { world, account, params, now })
    if (params.get('cpanel_jsonapi_apiversion') === '3') {
      return done({ body: { module, func, apiversion: 3, result } })
    }
    const data =
      result.data === null ? [] : Array.isArray(result.data) ? result.data : [result.data]
    const error = result.errors === null ? {} : { error: result.errors.join('\n') }
    const event = { result: result.status }
    return done({ body: { cpanelresult: { apiversion: 2, func, module, data, event, ...error } } })
  },
}

/** Functions that call an account's own API. */
export const cpanelProxies: readonly WhmFunction[] = [uapi_cpanel, cpanel]
