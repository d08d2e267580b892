import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Desk } from './desk.ts'
import { mouseOf, type Person } from './person.ts'
import { openStage, SHORT, type Stage } from './stage.ts'

const STRONG = 'Quiet-Harbour-77-lantern'
const AGAIN = 'Second-Meadow-31-kestrel'

let stage: Stage
before(async () => {
  stage = await openStage({ ...SHORT, unprovable_quarantine: 4000 })
})
after(() => stage.end())

/** An order that the server refuses for a reason, and takes once that is put right. */
function refusedOrder(
  situation: string,
  domain: string,
  wrong: (desk: Desk) => Promise<void>,
  says: string,
  right: (desk: Desk) => Promise<void>,
) {
  describe(situation, () => {
    let desk: Desk
    before(async () => {
      desk = await Desk.order(stage, domain)
      await desk.create(() => wrong(desk))
    })
    after(() => desk.person.leave())

    it('is seen to have failed', () => desk.sees('Create account', 'failed'))
    it('says exactly why to staff', async () => {
      await desk.person.reads(says)
    })
    it('says in the log that the account was not created', async () => {
      await desk.person.reads('The account was not created.')
    })
    it('names the cause in the log’s details', async () => {
      const [entry] = await desk.log()
      assert.deepEqual(
        entry?.detail?.map(({ value }) => value),
        [says],
      )
    })
    it('changes nothing', async () => {
      assert.deepEqual([await desk.state(), await desk.accounts()], ['unprovisioned', 0])
    })
    it('can be tried again at once', async () => {
      await desk.hands.press('button', 'Dismiss')
      await desk.create(() => right(desk))
      await desk.sees('Create account', 'done')
      assert.deepEqual([await desk.state(), await desk.accounts()], ['active', 1])
    })
  })
}

refusedOrder(
  'a username that is taken',
  'taken-name.example',
  (desk) => desk.hands.fill(/^Username/, 'lakeside'),
  'This username is taken on the server.',
  (desk) => desk.hands.fill(/^Username/, 'freename'),
)
refusedOrder(
  'a password the server finds too weak',
  'weak-lock.example',
  (desk) => desk.hands.fill(/^Password/, 'aaaaaaaa'),
  'The server finds this password too weak.',
  (desk) => desk.hands.fill(/^Password/, STRONG),
)
refusedOrder(
  'a domain that is on the server already',
  'lakeside-shop-two.example',
  (desk) => desk.hands.fill(/^Domain/, 'lakeside-bakery.example'),
  'This domain already exists on the server.',
  (desk) => desk.hands.fill(/^Domain/, 'lakeside-shop-two.example'),
)

/** The client at the page of their own product. */
async function clientAt(service: string): Promise<Person> {
  const person = await stage.person()
  await person.goto(`${stage.facts.client}/products/${service}`)
  return person
}

async function typePassword(person: Person, password: string): Promise<void> {
  const hands = mouseOf(person)
  await hands.press('button', 'Change password')
  await person.find('dialog', 'Change password')
  await hands.fill(/^Password/, password)
  await hands.press('button', 'Change password')
}

describe('a client whose new password is too weak', () => {
  let person: Person
  let desk: Desk
  let before_: string | undefined
  before(async () => {
    person = await clientAt('1042')
    desk = await Desk.at(stage, '1', '1042')
    before_ = (await stage.world()).passwords.lakeside
    await typePassword(person, 'aaaaaaaa')
  })
  after(async () => {
    await person.leave()
    await desk.person.leave()
  })

  it('sees that it failed', async () => {
    await person.find('group', 'Change password – failed')
  })
  it('reads why, calmly', async () => {
    await person.reads('The server finds this password too weak.')
  })
  it('reads in the log that it was not changed', async () => {
    await person.reads('The password was not changed.')
  })
  it('keeps the old password', async () => {
    assert.equal((await stage.world()).passwords.lakeside, before_)
  })
  it('leaves the service as it was', async () => {
    assert.equal(await desk.state(), 'active')
  })
  it('can try again', async () => {
    await mouseOf(person).press('button', 'Dismiss')
    await typePassword(person, STRONG)
    await person.find('group', 'Change password – done')
    assert.equal((await stage.world()).passwords.lakeside, STRONG)
  })
})

describe('a password change whose answer is lost', () => {
  let person: Person
  let desk: Desk
  let sentBefore: number
  const sent = () => desk.calls('passwd', { user: 'bigcat' })
  before(async () => {
    person = await clientAt('1044')
    desk = await Desk.at(stage, '1', '1044')
    sentBefore = await sent()
    await stage.faults([{ function: 'passwd', kind: 'cut_after', times: 1 }])
    await typePassword(person, STRONG)
  })
  after(async () => {
    await stage.faults([])
    await person.leave()
    await desk.person.leave()
  })

  it('is neither called done nor failed', async () => {
    await person.find('group', 'Change password – needs a person')
  })
  it('says that it cannot be read back, and from when it may be typed again', async () => {
    await person.reads(
      /whether the password was changed cannot be read back\. You may set it again from/,
    )
  })
  it('is sent once', async () => {
    assert.equal((await sent()) - sentBefore, 1)
  })
  it('says in the client’s log, calmly, that it is looked into', async () => {
    await person.reads('Change password: being looked into.')
  })
  it('says in the staff’s log that the outcome is not known', async () => {
    await desk.person.goto(desk.person.page.url())
    await desk.person.reads('Change password: the outcome is not known, a person must look.')
  })
  it('refuses it again before the server’s time is over', async () => {
    const answer = await stage.bff(
      stage.facts.tokens.client,
      'POST',
      '/services/1044/actions/change-password',
      { input: { password: AGAIN } },
      { 'idempotency-key': 'too-early-0001' },
    )
    const { code } = await answer.json()
    assert.deepEqual([answer.status, code], [409, 'operation_running'])
  })
  it('is not sent again by itself once that time is over', async () => {
    await person.find('button', 'Try again')
    assert.equal((await sent()) - sentBefore, 1)
  })
  it('may then be typed again, and is done', async () => {
    await mouseOf(person).press('button', 'Try again')
    await person.find('dialog', 'Change password')
    await mouseOf(person).fill(/^Password/, AGAIN)
    await mouseOf(person).press('button', 'Change password')
    await person.find('group', 'Change password – done')
    assert.deepEqual(
      [(await stage.world()).passwords.bigcat, (await sent()) - sentBefore],
      [AGAIN, 2],
    )
  })
  it('leaves the service active, its first operation resolved', async () => {
    assert.deepEqual(
      [await desk.state(), (await desk.operations()).map(({ state }) => state)],
      ['active', ['succeeded', 'resolved']],
    )
  })
  it('tells all of it in the log', async () => {
    assert.deepEqual(await desk.told(), [
      'Change password: the outcome is not known, a person must look.',
      'Change password: tried again.',
      'The password was changed.',
    ])
  })
})
