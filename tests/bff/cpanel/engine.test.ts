import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Hosting, openHosting } from './hosting.ts'

const MINUTE = 60_000
let hosting: Hosting

const fresh = (as?: 'root' | 'harbour') => {
  before(async () => {
    hosting = await openHosting(as)
  })
  after(() => hosting.end())
}

describe('a service suspended with words for its client', () => {
  fresh()
  it('keeps the words for whoever looks at it', async () => {
    await hosting.bound('olive')
    await hosting.run('olive', 'suspend', { reason: 'abuse', client_text: 'Please call us.' })
    assert.match(
      (await hosting.service('olive'))?.last_suspend ?? '',
      /"client_text":"Please call us\."/,
    )
  })
  it('has them no more when it was lifted', async () => {
    await hosting.run('olive', 'unsuspend')
    assert.equal((await hosting.service('olive'))?.last_suspend, null)
  })
})

describe('an ordered service', () => {
  fresh()
  it('gets its account', async () => {
    await hosting.ordered('1', 'new-shop.example')
    assert.equal(await hosting.run('1', 'create', { email: 'a@b.example' }), 'succeeded')
  })
  it('has the account the server has', () =>
    assert.equal(hosting.account('newshope')?.domain, 'new-shop.example'))
  it('is bound to that account', async () => {
    const row = await hosting.service('1')
    assert.deepEqual(
      [row?.state, row?.username, row?.package, row?.uid],
      ['active', 'newshope', 'starter', hosting.account('newshope')?.uid],
    )
  })
  it('is told that nobody knows the password', async () =>
    assert.match(await hosting.stored(), /warning\.password_random/))
  it('is a service with an account from then on', async () =>
    assert.equal(await hosting.run('1', 'create'), 'already_so'))
  it('may be logged in to', async () => {
    const answer = await hosting.read('1', 'login')
    assert.match(
      (answer.kind === 'read' && answer.open) || '',
      new RegExp(`^https://localhost:${hosting.whm.port}/cpsess\\d+/login/\\?session=newshope`),
    )
  })
  it('may be looked at', async () => {
    const answer = await hosting.read('1', 'get-info')
    assert.equal(
      answer.kind === 'read' && answer.show.find(({ key }) => key === 'email')?.value,
      'a@b.example',
    )
  })
  it('tells what it uses', async () => {
    const answer = await hosting.read('1', 'get-usage')
    assert.deepEqual(
      answer.kind === 'read' && answer.show.filter(({ error }) => error !== undefined),
      [],
    )
  })
  it('changes its password, which the record does not keep', async () => {
    const password = 'Copper-Lantern-77-Ridge'
    const state = await hosting.run('1', 'change-password', { password })
    assert.deepEqual(
      [state, hosting.world().passwords.newshope, (await hosting.stored()).includes(password)],
      ['succeeded', password, false],
    )
  })
  it('hears that a password is too weak', async () =>
    assert.match(
      await hosting.run('1', 'change-password', { password: 'aaaaa' }),
      /^failed .*error\.password_weak/,
    ))
  it('changes its package', async () => {
    const state = await hosting.run('1', 'change-package', { package: 'business' })
    assert.deepEqual(
      [state, hosting.account('newshope')?.package, (await hosting.service('1'))?.package],
      ['succeeded', 'business', 'business'],
    )
  })
  it('changes its domain', async () => {
    const state = await hosting.run('1', 'change-domain', { domain: 'better-shop.example' })
    assert.deepEqual(
      [state, hosting.account('newshope')?.domain, (await hosting.service('1'))?.domain],
      ['succeeded', 'better-shop.example', 'better-shop.example'],
    )
  })
  it('is suspended, with words for the client', async () => {
    const input = { reason: 'abuse', client_text: 'Please call', staff_note: 'spam run' }
    assert.deepEqual(
      [
        await hosting.run('1', 'suspend', input),
        hosting.account('newshope')?.suspended?.reason,
        (await hosting.service('1'))?.state,
      ],
      ['succeeded', 'Abuse: Please call', 'suspended'],
    )
  })
  it('lets nobody log in then', async () => {
    const answer = await hosting.read('1', 'login')
    assert.equal(answer.kind === 'problem' && answer.message?.code, 'reason.suspended')
  })
  it('is unsuspended', async () => {
    assert.deepEqual(
      [await hosting.run('1', 'unsuspend'), hosting.account('newshope')?.suspended],
      ['succeeded', null],
    )
  })
  it('is deleted', async () => {
    assert.deepEqual(
      [
        await hosting.run('1', 'delete', { keep_dns: true }),
        hosting.account('newshope'),
        (await hosting.service('1'))?.state,
      ],
      ['succeeded', undefined, 'deleted'],
    )
  })
  it('may get a new account', async () =>
    assert.equal(await hosting.run('1', 'create', { username: 'second' }), 'succeeded'))
  it('made each change once', async () =>
    assert.deepEqual(await hosting.changes(), [
      'createacct',
      'passwd',
      'passwd',
      'changepackage',
      'modifyacct',
      'suspendacct',
      'unsuspendacct',
      'removeacct',
      'createacct',
    ]))
})

describe('an account that becomes a reseller', () => {
  fresh()
  const terms = {
    owner_self: true,
    acl: 'basic_reseller',
    account_limit: 5,
    disk_limit: 10_000,
    bandwidth_limit: null,
  }

  it('is made one with rights and limits', async () => {
    await hosting.bound('olive')
    assert.equal(await hosting.run('olive', 'make-reseller', terms), 'succeeded')
  })
  it('has them on the server', () => {
    const { olive } = hosting.world().resellers
    assert.deepEqual(
      [olive?.acl_list, olive?.account_limit, olive?.disk_limit, hosting.account('olive')?.owner],
      ['basic_reseller', 5, 10_000, 'olive'],
    )
  })
  it('owns itself in our record too', async () =>
    assert.equal((await hosting.service('olive'))?.owner, 'olive'))
  it('gets other limits and keeps the rest', async () => {
    const state = await hosting.run('olive', 'make-reseller', { account_limit: 9 })
    const { olive } = hosting.world().resellers
    assert.deepEqual([state, olive?.account_limit, olive?.disk_limit], ['succeeded', 9, 10_000])
  })
  it('is never made a second root', async () =>
    assert.equal(
      await hosting.run('olive', 'make-reseller', { acl: 'full_root' }),
      'not_possible_now error.acl_too_wide',
    ))
  it('is revoked', async () =>
    assert.deepEqual(
      [await hosting.run('olive', 'revoke-reseller'), hosting.world().resellers.olive],
      ['succeeded', undefined],
    ))
  it('may be deleted afterwards', async () =>
    assert.equal(await hosting.run('olive', 'delete'), 'succeeded'))
})

describe('an account created as a reseller', () => {
  fresh()
  it('has its rights and limits', async () => {
    await hosting.ordered('1', 'new-shop.example')
    const input = { reseller: true, owner_self: true, acl: 'basic_reseller', account_limit: 3 }
    const state = await hosting.run('1', 'create', input)
    assert.deepEqual([state, hosting.world().resellers.newshope?.account_limit], ['succeeded', 3])
  })
})

describe('an account whose rights could not be given', () => {
  fresh()
  it('is half done, and says so', async () => {
    await hosting.ordered('1', 'new-shop.example')
    await hosting.faults([{ kind: 'denied', function: 'setacls', times: 1 }])
    const input = { reseller: true, acl: 'basic_reseller', account_limit: 3 }
    assert.match(await hosting.run('1', 'create', input), /^failed .*error\.partial/)
  })
  it('is bound all the same', async () =>
    assert.equal((await hosting.service('1'))?.uid, hosting.account('newshope')?.uid))
  it('gets the rest by a retry', async () => {
    const state = await hosting.retry('1')
    const { newshope } = hosting.world().resellers
    assert.deepEqual(
      [state, newshope?.acl_list, newshope?.account_limit],
      ['succeeded', 'basic_reseller', 3],
    )
  })
  it('was created once', async () =>
    assert.deepEqual(await hosting.changes(), [
      'createacct',
      'setupreseller',
      'setacls',
      'setacls',
      'setresellerlimits',
    ]))
})

describe('a reseller with accounts', () => {
  fresh()
  const state = (user: string) => hosting.account(user)?.suspended !== null

  it('is suspended alone', async () => {
    await hosting.bound('harbour')
    await hosting.bound('tidepool')
    await hosting.run('harbour', 'suspend', { reason: 'abuse' })
    assert.deepEqual(['harbour', 'quayside', 'tidepool'].map(state), [true, false, false])
  })
  it('is unsuspended alone, and what was suspended before stays so', async () => {
    await hosting.run('harbour', 'unsuspend')
    assert.deepEqual(['harbour', 'saltmarsh'].map(state), [false, true])
  })
  it('is suspended with its accounts', async () => {
    await hosting.run('harbour', 'suspend', { reason: 'abuse', scope: 'with_accounts' })
    assert.deepEqual(['harbour', 'quayside', 'tidepool'].map(state), [true, true, true])
  })
  it('tells the services of its accounts', async () =>
    assert.equal((await hosting.service('tidepool'))?.state, 'suspended'))
  it('is unsuspended with those it was suspended with, and no others', async () => {
    await hosting.run('harbour', 'unsuspend')
    assert.deepEqual(['harbour', 'quayside', 'tidepool', 'saltmarsh'].map(state), [
      false,
      false,
      false,
      true,
    ])
  })
  it('is deleted after each of its accounts', async () => {
    assert.deepEqual(
      [
        await hosting.run('harbour', 'delete'),
        Object.values(hosting.world().accounts).filter(({ owner }) => owner === 'harbour'),
        hosting.world().resellers.harbour,
      ],
      ['succeeded', [], undefined],
    )
  })
  it('takes nobody else along', () =>
    assert.deepEqual(Object.keys(hosting.world().accounts).sort(), [
      'bigcat',
      'lakeside',
      'northpine',
      'olive',
    ]))
})

describe('an account that appears after a deletion was confirmed', () => {
  fresh()
  it('stops the deletion before anything is sent', async () => {
    await hosting.bound('harbour')
    const taken = await hosting.submit('harbour', 'delete')
    assert.equal(taken.kind, 'accepted')
    const { olive } = hosting.world().accounts
    assert.ok(olive)
    olive.owner = 'harbour'
    await hosting.pass(0)
    assert.deepEqual(
      [
        taken.kind === 'accepted' && (await hosting.state(taken.operation.id)),
        await hosting.changes(),
      ],
      ['failed {"code":"error.preview_outdated"}', []],
    )
  })
})

describe('an account that was there before', () => {
  fresh()
  it('is linked', async () => {
    await hosting.ordered('1', 'lakeside-bakery.example')
    const state = await hosting.run('1', 'link', { username: 'lakeside' })
    assert.deepEqual(
      [state, (await hosting.service('1'))?.uid],
      ['succeeded', hosting.account('lakeside')?.uid],
    )
  })
  it('is linked to one service only', async () => {
    await hosting.ordered('2', 'other.example')
    assert.equal(
      await hosting.run('2', 'link', { username: 'lakeside' }),
      'not_possible_now error.account_bound',
    )
  })
  it('is no reseller', async () =>
    assert.equal(
      await hosting.run('2', 'link', { username: 'harbour' }),
      'not_possible_now error.reseller_refused',
    ))
  it('is not created again', async () =>
    assert.match(
      await hosting.run('2', 'create', { username: 'lakeside' }),
      /^failed .*username_taken/,
    ))
  it('is unlinked', async () =>
    assert.deepEqual(
      [await hosting.run('1', 'unlink'), (await hosting.service('1'))?.state],
      ['succeeded', 'unprovisioned'],
    ))
  it('stayed as it was', async () => assert.deepEqual(await hosting.changes(), []))
})

describe('a server that loses its answer', () => {
  fresh()
  const settle = async (id: string) => {
    for (const wait of [5000, 10_000, 15_000, MINUTE]) await hosting.pass(wait)
    return hosting.state(id)
  }
  const begin = async (service: string, action: string, input = {}) => {
    const taken = await hosting.submit(service, action, input)
    assert.ok(taken.kind === 'accepted', JSON.stringify(taken))
    await hosting.pass(0)
    return taken.operation.id
  }

  it('does not know whether the account was made', async () => {
    await hosting.ordered('1', 'new-shop.example')
    await hosting.faults([{ kind: 'cut_after', function: 'createacct', times: 1 }])
    assert.equal(await hosting.state(await begin('1', 'create')), 'checking')
  })
  it('is found to have made it', async () => {
    for (const wait of [5000, 10_000, 15_000]) await hosting.pass(wait)
    assert.equal((await hosting.service('1'))?.state, 'active')
  })
  for (const [action, input, prove] of [
    ['change-package', { package: 'business' }, () => hosting.account('newshope')?.package],
    ['change-domain', { domain: 'second.example' }, () => hosting.account('newshope')?.domain],
    ['suspend', { reason: 'other' }, () => hosting.account('newshope')?.suspended?.reason],
    ['unsuspend', {}, () => String(hosting.account('newshope')?.suspended)],
  ] as const) {
    it(`is found to have done ${action}`, async () => {
      const name = {
        'change-package': 'changepackage',
        'change-domain': 'modifyacct',
        suspend: 'suspendacct',
        unsuspend: 'unsuspendacct',
      }[action]
      await hosting.faults([{ kind: 'cut_after', function: name, times: 1 }])
      const before = prove()
      const state = await settle(await begin('1', action, input))
      assert.deepEqual([state, prove() === before], ['succeeded', false])
    })
  }
  it('is never asked for a password twice', async () => {
    await hosting.faults([{ kind: 'cut_after', function: 'passwd', times: 1 }])
    const id = await begin('1', 'change-password', { password: 'Copper-Lantern-77-Ridge' })
    const state = await settle(id)
    assert.deepEqual(
      [state, (await hosting.changes()).filter((name) => name === 'passwd').length],
      ['attention', 1],
    )
  })
  it('is asked again once it was surely not done', async () => {
    await hosting.bound('olive')
    await hosting.faults([{ kind: 'cut_before', function: 'changepackage', times: 1 }])
    const id = await begin('olive', 'change-package', { package: 'starter' })
    for (let passed = 0; passed < 17; passed++) await hosting.pass(MINUTE)
    assert.deepEqual(
      [await hosting.state(id), hosting.account('olive')?.package],
      ['succeeded', 'starter'],
    )
  })
  it('is found to have deleted it', async () => {
    await hosting.faults([{ kind: 'cut_after', function: 'removeacct', times: 1 }])
    assert.equal(await settle(await begin('olive', 'delete')), 'succeeded')
  })
})

describe('a reseller’s token', () => {
  fresh('harbour')
  it('makes an account of its own', async () => {
    await hosting.ordered('1', 'new-shop.example')
    const state = await hosting.run('1', 'create', { package: 'small' })
    assert.deepEqual(
      [state, hosting.account('newshope')?.owner, hosting.account('newshope')?.package],
      ['succeeded', 'harbour', 'harbour_small'],
    )
  })
  it('makes no resellers', async () =>
    assert.equal(
      await hosting.run('1', 'make-reseller', { acl: 'basic_reseller' }),
      'action_blocked reason.acl_missing',
    ))
  it('does not see the accounts of others', async () => {
    await hosting.ordered('2', 'lakeside-bakery.example')
    assert.equal(
      await hosting.run('2', 'link', { username: 'lakeside' }),
      'not_possible_now error.account_not_found',
    )
  })
  it('does not touch itself', async () =>
    assert.equal(
      await hosting.run('2', 'link', { username: 'harbour' }),
      'not_possible_now error.protected_account',
    ))
  it('deletes, and knows it by the free name', async () => {
    await hosting.faults([{ kind: 'cut_after', function: 'removeacct', times: 1 }])
    const taken = await hosting.submit('1', 'delete')
    assert.ok(taken.kind === 'accepted', JSON.stringify(taken))
    for (const wait of [0, 5000, 10_000, 15_000]) await hosting.pass(wait)
    assert.equal(await hosting.state(taken.operation.id), 'succeeded')
  })
})
