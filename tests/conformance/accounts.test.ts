import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fields, HARBOUR, list, metadata, ROOT, STRONG, server } from './asking.ts'

function first(data: Record<string, unknown>): Record<string, unknown> {
  return fields(list(data.acct)[0])
}

describe('an account that is created', () => {
  const whm = server()
  const wish = {
    username: 'Meadow',
    domain: 'Meadow-Farm.example',
    password: STRONG,
    plan: 'starter',
    contactemail: 'farmer@meadow-farm.example',
    showpass: 'n',
  }

  it('is confirmed in the recorded words', async () => {
    const answer = await whm.call('createacct', wish)
    assert.equal(metadata(answer).reason, 'Account Creation Ok')
  })

  it('is named in lower case', async () => {
    assert.equal(first(await whm.data('accountsummary', { user: 'meadow' })).user, 'meadow')
  })

  it('has its domain in lower case', async () => {
    const account = first(await whm.data('accountsummary', { user: 'meadow' }))
    assert.equal(account.domain, 'meadow-farm.example')
  })

  it('is on its package, with the package’s limits', async () => {
    const account = first(await whm.data('accountsummary', { user: 'meadow' }))
    assert.deepEqual([account.plan, account.disklimit], ['starter', '5120M'])
  })

  it('is owned by whose token created it', async () => {
    assert.equal(first(await whm.data('accountsummary', { user: 'meadow' })).owner, 'root')
  })

  it('is found by its domain', async () => {
    const data = await whm.data('accountsummary', { domain: 'meadow-farm.example' })
    assert.equal(first(data).user, 'meadow')
  })

  it('has the password that was sent, character by character', () => {
    assert.equal(whm.whm.world().passwords.meadow, STRONG)
  })

  it('is there only once', async () => {
    assert.equal(await whm.works('createacct', { ...wish, domain: 'other.example' }), false)
  })
})

describe('the log of a creation', () => {
  const whm = server()
  const wish = (username: string) => ({
    username,
    domain: `${username}.example`,
    password: STRONG,
    plan: 'starter',
  })

  it('shows the password', async () => {
    const answer = await whm.call('createacct', wish('meadow'))
    assert.ok(String(fields(metadata(answer).output).raw).includes(STRONG))
  })

  it('does not show it with showpass=n', async () => {
    const answer = await whm.call('createacct', { ...wish('orchard'), showpass: 'n' })
    assert.ok(!answer.text.includes(STRONG))
  })
})

describe('a creation with special wishes', () => {
  const whm = server()
  const wish = (username: string, more: Record<string, string>) =>
    whm.works('createacct', { username, password: STRONG, ...more })
  const of = async (user: string) => first(await whm.data('accountsummary', { user }))

  it('owns itself', async () => {
    await wish('amber', { domain: 'amber.example', plan: 'starter', ownerself: '1' })
    assert.equal((await of('amber')).owner, 'amber')
  })

  it('has an owner of the caller’s choice', async () => {
    await wish('basil', { domain: 'basil.example', owner: 'harbour', ownerself: '1' })
    assert.equal((await of('basil')).owner, 'harbour')
  })

  it('has an address of its own', async () => {
    await wish('cedar', { domain: 'cedar.example', ip: 'y' })
    assert.equal((await of('cedar')).ip, '192.0.2.11')
  })

  it('is a reseller', async () => {
    await wish('dahlia', { domain: 'dahlia.example', reseller: '1' })
    assert.ok(Object.hasOwn(whm.whm.world().resellers, 'dahlia'))
  })

  it('has a temporary domain when it names none', async () => {
    await wish('elder', {})
    assert.equal((await of('elder')).is_temporary_domain, 1)
  })

  it('has limits of its own without a package', async () => {
    await wish('fennel', { domain: 'fennel.example', quota: '300', maxftp: '4', maxaddon: '0' })
    const account = await of('fennel')
    assert.deepEqual([account.disklimit, account.maxftp, account.maxaddons], ['300M', '4', '0'])
  })

  it('understands the old name of the password', async () => {
    await whm.works('createacct', { username: 'ginger', domain: 'ginger.example', pass: STRONG })
    assert.equal(whm.whm.world().passwords.ginger, STRONG)
  })
})

describe('the life of an account', () => {
  const whm = server()
  const of = async (user: string) => first(await whm.data('accountsummary', { user }))

  it('is suspended with a reason', async () => {
    await whm.call('suspendacct', { user: 'lakeside', reason: 'Overdue' })
    const account = await of('lakeside')
    assert.deepEqual([account.suspended, account.suspendreason], [1, 'Overdue'])
  })

  it('is in the list of suspended accounts', async () => {
    const { account } = await whm.data('listsuspended')
    assert.ok(list(account).some((each) => fields(each).user === 'lakeside'))
  })

  it('is unsuspended', async () => {
    await whm.call('unsuspendacct', { user: 'lakeside' })
    const account = await of('lakeside')
    assert.deepEqual(
      [account.suspended, account.suspendreason, account.suspendtime],
      [0, 'not suspended', 0],
    )
  })

  it('moves to another package', async () => {
    await whm.call('changepackage', { user: 'lakeside', pkg: 'business' })
    assert.equal((await of('lakeside')).plan, 'business')
  })

  it('gets another password', async () => {
    await whm.call('passwd', { user: 'lakeside', password: STRONG })
    assert.equal(whm.whm.world().passwords.lakeside, STRONG)
  })

  it('ends', async () => {
    await whm.call('removeacct', { username: 'lakeside' })
    assert.equal(await whm.reason('accountsummary', { user: 'lakeside' }), 'Account does not exist')
  })

  it('does not end twice', async () => {
    assert.equal(
      await whm.reason('removeacct', { user: 'lakeside' }),
      'System user lakeside does not exist!',
    )
  })
})

describe('a locked account', () => {
  const whm = server()

  it('is locked by suspending it so', async () => {
    await whm.call('suspendacct', { user: 'quayside', disallowun: '1' })
    assert.equal(first(await whm.data('accountsummary', { user: 'quayside' })).is_locked, 1)
  })

  it('is in the list of locked accounts', async () => {
    assert.deepEqual((await whm.data('listlockedaccounts')).account, ['quayside'])
  })

  it('stays suspended for its reseller', async () => {
    assert.equal(await whm.works('unsuspendacct', { user: 'quayside' }, HARBOUR), false)
  })

  it('is unsuspended by root', async () => {
    assert.equal(await whm.works('unsuspendacct', { user: 'quayside' }, ROOT), true)
  })
})

describe('a reseller’s token', () => {
  const whm = server()

  it('lists her own accounts only', async () => {
    const { acct } = await whm.data('listaccts', {}, HARBOUR)
    const users = list(acct).map((each) => fields(each).user)
    assert.deepEqual(users, ['harbour', 'quayside', 'saltmarsh', 'tidepool'])
  })

  it('is told that somebody else’s account does not exist', async () => {
    assert.equal(
      await whm.reason('accountsummary', { user: 'lakeside' }, HARBOUR),
      'Account does not exist',
    )
  })

  it('creates accounts that she owns', async () => {
    await whm.call(
      'createacct',
      { username: 'jetty', domain: 'jetty.example', plan: 'harbour_small' },
      HARBOUR,
    )
    assert.equal(whm.whm.world().accounts.jetty?.owner, 'harbour')
  })

  it('cannot give an account to somebody else', async () => {
    await whm.call(
      'createacct',
      { username: 'kayak', domain: 'kayak.example', owner: 'root' },
      HARBOUR,
    )
    assert.equal(whm.whm.world().accounts.kayak?.owner, 'harbour')
  })
})
