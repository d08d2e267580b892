import type { Params, Refusal } from './function.ts'
import { uncaught } from './outcome.ts'
import { filled } from './parameters.ts'
import type { Account } from './world.ts'

const LONGEST_PATTERN = 512

/** What of an account can be searched for. */
export type Searchable = Pick<Account, 'user' | 'domain' | 'owner' | 'ip' | 'package'>

export type Matcher = { readonly ok: true; matches(account: Searchable): boolean } | Refusal

/** `search`, `searchtype` and `searchmethod` of listaccts and showbw: a pattern unless the method is `exact`. */
export function searchOf(params: Params): Matcher {
  const search = filled(params, 'search')
  const type = filled(params, 'searchtype') ?? 'user'
  if (search === undefined) return { ok: true, matches: () => true }
  if (params.get('searchmethod') === 'exact') {
    return { ok: true, matches: (account) => attributeOf(account, type) === search }
  }
  const pattern = patternOf(search)
  if (pattern === undefined) return uncaught('The search term is not a valid regular expression.')
  return { ok: true, matches: (account) => pattern.test(attributeOf(account, type)) }
}

function patternOf(search: string): RegExp | undefined {
  if (search.length > LONGEST_PATTERN) return undefined
  try {
    return new RegExp(search.replaceAll('\\A', '^').replaceAll(/\\[zZ]/g, '$'), 'i')
  } catch {
    return undefined
  }
}

function attributeOf(account: Searchable, type: string): string {
  switch (type) {
    case 'domain':
      return account.domain
    case 'owner':
      return account.owner
    case 'ip':
      return account.ip
    case 'package':
      return account.package
    default:
      return account.user
  }
}
