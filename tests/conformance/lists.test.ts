import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fields, list, metadata, server } from './asking.ts'

describe('a list', () => {
  const whm = server()
  const users = async (params: Record<string, string>) =>
    list((await whm.data('listaccts', params)).acct).map((each) => fields(each).user)
  const filter = (field: string, type: string, arg0: string) => ({
    'api.filter.enable': '1',
    'api.filter.a.field': field,
    'api.filter.a.type': type,
    'api.filter.a.arg0': arg0,
  })
  const sort = (field: string, method: string, reverse = '0') => ({
    'api.sort.enable': '1',
    'api.sort.a.field': field,
    'api.sort.a.method': method,
    'api.sort.a.reverse': reverse,
  })

  const filters: readonly (readonly [string, Record<string, string>, readonly string[]])[] = [
    ['what contains a text', filter('user', 'contains', 'LAKE'), ['lakeside']],
    ['what begins with a text', filter('domain', 'begins', 'north'), ['northpine']],
    ['what equals a text', filter('user', 'eq', 'olive'), ['olive']],
    ['numbers that are equal', filter('suspended', '==', '1.0'), ['northpine', 'saltmarsh']],
    ['smaller numbers', filter('diskused', 'lt', '500M'), ['saltmarsh']],
    ['numbers up to one', filter('diskused', 'lt_equal', '702M'), ['quayside', 'saltmarsh']],
    ['greater numbers', filter('diskused', 'gt', '5402'), ['northpine']],
    ['numbers from one on', filter('diskused', 'gt_equal', '5402'), ['bigcat', 'northpine']],
    [
      'more than a number, unlimited being most',
      filter('disklimit', 'gt_handle_unlimited', '25600M'),
      ['harbour'],
    ],
    [
      'less than unlimited',
      filter('disklimit', 'lt_handle_unlimited', '5000'),
      ['quayside', 'saltmarsh', 'tidepool'],
    ],
    ['any field', filter('*', 'contains', 'bakery'), ['lakeside']],
    [
      'two filters at once',
      {
        ...filter('owner', 'eq', 'root'),
        'api.filter.b.field': 'plan',
        'api.filter.b.arg0': 'business',
      },
      ['northpine', 'olive'],
    ],
    ['a pattern', { search: '^o.*e$', searchtype: 'user' }, ['olive']],
    [
      'an exact name',
      { search: 'olive-tree.example', searchtype: 'domain', searchmethod: 'exact' },
      ['olive'],
    ],
    [
      'no pattern that is only part of an exact one',
      { search: 'oliv', searchtype: 'user', searchmethod: 'exact' },
      [],
    ],
  ]
  for (const [what, params, expected] of filters) {
    it(`is filtered by ${what}`, async () => {
      assert.deepEqual(await users(params), expected)
    })
  }

  it('is sorted by text, backwards', async () => {
    assert.equal((await users(sort('user', 'lexicographic', '1')))[0], 'tidepool')
  })

  it('is sorted by number', async () => {
    assert.equal((await users(sort('diskused', 'numeric')))[0], 'saltmarsh')
  })

  it('is sorted by number with zero last', async () => {
    assert.equal((await users(sort('suspendtime', 'numeric_zero_as_max')))[0], 'saltmarsh')
  })

  it('is sorted by address', async () => {
    await whm.call('createacct', { username: 'amber', domain: 'amber.example', ip: 'y' })
    assert.equal((await users(sort('ip', 'ipv4', '1')))[0], 'amber')
    await whm.call('removeacct', { username: 'amber' })
  })

  it('comes in chunks that begin at a record', async () => {
    const chunk = { 'api.chunk.enable': '1', 'api.chunk.size': '3', 'api.chunk.start': '4' }
    assert.deepEqual(await users(chunk), ['northpine', 'olive', 'quayside'])
  })

  it('says which chunk it is', async () => {
    const chunk = { 'api.chunk.enable': '1', 'api.chunk.size': '3', 'api.chunk.start': '4' }
    assert.deepEqual(metadata(await whm.call('listaccts', chunk)).chunk, {
      start: 4,
      current: 2,
      size: 3,
      chunks: 3,
      records: 8,
    })
  })

  it('says how many a filter took away', async () => {
    const { filter: told } = metadata(await whm.call('listaccts', filter('user', 'eq', 'olive')))
    assert.deepEqual(told, { filtered: 7 })
  })

  it('says nothing of features that nobody asked for', async () => {
    const { chunk, filter: told } = metadata(await whm.call('listaccts'))
    assert.deepEqual([chunk, told], [undefined, undefined])
  })

  it('is filtered, then sorted, then cut, then reduced', async () => {
    const { acct } = await whm.data('listaccts', {
      ...filter('owner', 'eq', 'root'),
      ...sort('user', 'lexicographic', '1'),
      'api.chunk.enable': '1',
      'api.chunk.size': '1',
      'api.columns.enable': '1',
      'api.columns.a': 'user',
      'api.columns.b': 'domain',
    })
    assert.deepEqual(acct, [{ user: 'olive', domain: 'olive-tree.example' }])
  })

  it('has the wanted keys only', async () => {
    const { acct } = await whm.data('listaccts', { want: 'user,domain', search: '^olive$' })
    assert.deepEqual(acct, [{ user: 'olive', domain: 'olive-tree.example' }])
  })

  it('of names is cut as well', async () => {
    const { reseller } = await whm.data('listresellers', {
      'api.chunk.enable': '1',
      'api.chunk.size': '1',
    })
    assert.deepEqual(reseller, ['harbour'])
  })

  it('refuses a pattern that is none', async () => {
    assert.equal(await whm.works('listaccts', { search: '([' }), false)
  })
})

describe('bandwidth', () => {
  const whm = server()
  const first = async (params: Record<string, string>) =>
    fields(list((await whm.data('showbw', params)).acct)[0])

  it('is a pattern’s: bob is found in bobby', async () => {
    const { acct } = await whm.data('showbw', { search: 'o', searchtype: 'user' })
    assert.ok(list(acct).length > 1)
  })

  it('is counted in bytes', async () => {
    const { totalbytes, limit } = await first({ search: '^bigcat$' })
    assert.ok(Number(totalbytes) > 0.85 * Number(limit) && Number(totalbytes) < Number(limit))
  })

  it('is of another month when asked', async () => {
    const now = new Date()
    const last = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))
    const { month, year } = await whm.data('showbw', {
      month: String(last.getUTCMonth() + 1),
      year: String(last.getUTCFullYear()),
    })
    assert.deepEqual([month, year], [last.getUTCMonth() + 1, last.getUTCFullYear()])
  })

  it('of a removed account stays in the books', async () => {
    await whm.call('removeacct', { username: 'lakeside' })
    assert.equal((await first({ search: '^lakeside$' })).deleted, 1)
  })

  it('without a limit has the limit 0', async () => {
    assert.equal((await first({ search: '^harbour$' })).limit, 0)
  })
})
