import { sees, visibleAccounts } from '../access.ts'
import type { Call, Told, WhmFunction } from '../function.ts'
import { done, missing, refused } from '../outcome.ts'
import { filled } from '../parameters.ts'
import type { Account, World } from '../world.ts'

function ownerOf(world: World, call: Call, domain: string): Account | undefined {
  return Object.values(world.accounts).find(
    (account) => account.domain === domain && sees(call, account),
  )
}

const domainuserdata: WhmFunction = {
  name: 'domainuserdata',
  acl: ['acct-summary'],
  changes: false,
  run(world, call) {
    const domain = filled(call.params, 'domain')?.toLowerCase()
    if (domain === undefined) return missing('domain')
    const account = ownerOf(world, call, domain)
    if (account === undefined) return refused('Unable to determine account owner for domain.')
    const text = (value: number) => (call.version === 0 ? String(value) : value)
    const userdata = {
      customlog: [{ format: 'combined', target: `/usr/local/apache/domlogs/${domain}` }],
      documentroot: `${account.home}/public_html`,
      group: account.user,
      hascgi: text(1),
      homedir: account.home,
      ip: account.ip,
      owner: account.owner,
      phpopenbasedirprotect: 1,
      port: text(80),
      scriptalias: [{ path: `${account.home}/public_html/cgi-bin`, url: '/cgi-bin/' }],
      serveradmin: `webmaster@${domain}`,
      serveralias: `www.${domain}`,
      servername: domain,
      usecanonicalname: 'Off',
      user: account.user,
      userdirprotect: '',
    }
    return done({ reason: 'Obtained userdata.', data: { userdata } })
  },
  api0(told: Told) {
    const result = [{ status: told.ok ? 1 : 0, statusmsg: told.reason }]
    return told.ok ? { userdata: told.data?.userdata, result } : { result }
  },
}

const getdomainowner: WhmFunction = {
  name: 'getdomainowner',
  acl: ['list-accts'],
  changes: false,
  run(world, call) {
    const domain = filled(call.params, 'domain')?.toLowerCase()
    if (domain === undefined) return missing('domain')
    return done({ data: { user: ownerOf(world, call, domain)?.user ?? null } })
  },
}

const get_domain_info: WhmFunction = {
  name: 'get_domain_info',
  acl: ['acct-summary'],
  changes: false,
  run(world, call) {
    const domains = visibleAccounts(world, call).map((account) => ({
      docroot: `${account.home}/public_html`,
      domain: account.domain,
      domain_type: 'main',
      ipv4: account.ip,
      ipv4_ssl: account.ip,
      ipv6: null,
      ipv6_is_dedicated: 0,
      modsecurity_enabled: 1,
      parent_domain: account.domain,
      php_version: 'ea-php83',
      port: 80,
      port_ssl: 443,
      user: account.user,
      user_owner: account.owner,
    }))
    return done({ data: { domains }, list: 'domains' })
  },
}

/** Functions that look domains up. */
export const domains: readonly WhmFunction[] = [domainuserdata, getdomainowner, get_domain_info]
