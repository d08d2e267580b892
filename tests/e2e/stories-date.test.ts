import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Desk } from './desk.ts'
import type { Person } from './person.ts'
import { openStage, SHORT, type Stage } from './stage.ts'

const DAY = 24 * 60 * 60 * 1000
/** How far the company's clocks are ahead of the true time. */
let ahead = 0
const now = () => Date.now() + ahead
let stage: Stage
before(async () => {
  stage = await openStage(SHORT, undefined, { now })
})
after(() => stage.end())

const dayIn = (days: number) => new Date(now() + days * DAY).toISOString().slice(0, 10)

/** The company's clocks go on to the first minute of a day. */
function goTo(day: string): void {
  ahead += Date.parse(`${day}T00:01:00Z`) - now()
}

/** Chooses to delete on a day and reads what that means, up to the last button. */
async function chooseDay(desk: Desk, day: string): Promise<void> {
  const { person, hands } = desk
  await desk.choose('Delete account')
  await hands.press('radio', 'Suspend now, delete on a date')
  await person.tabTo('spinbutton', /^Month/)
  const [year, month, date] = day.split('-')
  await person.type(`${month}${date}${year}`)
  await hands.press('button', 'Continue')
  await person.reads('This cannot be undone')
}

async function plan(desk: Desk, day: string): Promise<void> {
  await chooseDay(desk, day)
  await desk.hands.fill(/to confirm$/, desk.domain)
  await desk.hands.press('button', 'Delete account')
  await desk.sees('Delete account, on a date', 'done')
  await desk.sees('Delete account', 'planned')
}

describe('an account that staff delete on a date', () => {
  let desk: Desk
  let client: Person
  let day: string
  before(async () => {
    desk = await Desk.at(stage, '1', '1044')
    client = await stage.person()
    day = dayIn(8)
  })
  after(async () => {
    await desk.person.leave()
    await client.leave()
  })

  it('is shown what happens now and what on the day, before anything is sent', async () => {
    await chooseDay(desk, day)
    await desk.person.reads(/The account is suspended now and deleted on .* \(UTC\)\./)
    await desk.person.reads('Until that day the deletion can be cancelled.')
    assert.equal(await desk.calls('suspendacct', {}), 0)
    await desk.hands.press('button', 'Cancel')
  })
  it('is suspended at once, and planned', async () => {
    await plan(desk, day)
    assert.deepEqual(
      [(await stage.account('bigcat'))?.suspended, await desk.state()],
      [1, 'suspended'],
    )
  })
  it('shows staff how many days are left', async () => {
    await desk.person.reads('8 days left')
  })
  it('shows the client a suspended account, and nothing of what is planned', async () => {
    await client.goto(`${stage.facts.client}/products/1044`)
    await client.reads('Suspended')
    await client.reads('The account was suspended.')
    assert.doesNotMatch(await client.text(), /delet/i)
  })
  it('is there until the day', async () => {
    ahead += 7 * DAY
    await desk.person.goto(desk.person.page.url())
    await desk.person.reads('one day left')
    assert.notEqual(await stage.account('bigcat'), undefined)
  })
  it('is deleted when the day has come', async () => {
    goTo(day)
    await desk.person.goto(desk.person.page.url())
    await desk.person.reads('Deleted')
    // What came after the page was read waits behind a button of the log.
    await desk.person.goto(desk.person.page.url())
    await desk.person.reads('The account was deleted.')
    assert.deepEqual([await stage.account('bigcat'), await desk.state()], [undefined, 'deleted'])
  })
  it('was deleted by one call', async () => {
    assert.equal(await desk.calls('removeacct', { username: 'bigcat' }), 1)
  })
  it('has its whole story in the log', async () => {
    const told = await desk.told()
    assert.deepEqual(
      told.map((text) => text.replace(/planned for .*/, 'planned for the day')),
      [
        'The account was suspended.',
        'Delete account: planned for the day',
        'Delete account: its day has come.',
        'The account was deleted.',
      ],
    )
  })
})

describe('a deletion that is called off', () => {
  let desk: Desk
  let day: string
  before(async () => {
    desk = await Desk.at(stage, '1', '1043')
    day = dayIn(8)
    await plan(desk, day)
  })
  after(() => desk.person.leave())

  it('has suspended nothing that was suspended already', async () => {
    assert.equal(await desk.calls('suspendacct', { user: 'northpine' }), 0)
  })
  it('is no longer planned', async () => {
    await desk.hands.press('button', 'Cancel')
    await desk.person.reads('Delete account: cancelled.')
    assert.equal((await desk.actions()).scheduled, undefined)
  })
  it('leaves the account suspended', async () => {
    assert.equal((await stage.account('northpine'))?.suspended, 1)
  })
  it('does not happen on the day', async () => {
    goTo(day)
    await desk.person.goto(desk.person.page.url())
    await desk.person.find('button', 'Unsuspend')
    assert.equal(await desk.calls('removeacct', { username: 'northpine' }), 0)
  })
})

describe('an account that somebody suspended anew in WHM before its day', () => {
  let desk: Desk
  before(async () => {
    desk = await Desk.at(stage, '1', '1043')
    const day = dayIn(8)
    await plan(desk, day)
    ahead += DAY
    await stage.whm('unsuspendacct', { user: 'northpine' })
    await stage.whm('suspendacct', { user: 'northpine', reason: 'abuse' })
    goTo(day)
    await desk.person.goto(desk.person.page.url())
  })
  after(() => desk.person.leave())

  it('waits for a person, who reads what was found', async () => {
    await desk.sees('Delete account, as planned', 'needs a person')
    await desk.person.reads(
      'Somebody has unsuspended northpine on the server and suspended it again. Nothing was sent.',
    )
  })
  it('is still there', async () => {
    assert.equal(await desk.calls('removeacct', { username: 'northpine' }), 0)
  })
  it('is deleted once that is confirmed afresh', async () => {
    await desk.hands.press('button', 'Try again')
    await desk.hands.press('button', 'Continue')
    await desk.proveIdentity()
    await desk.hands.fill(/to confirm$/, desk.domain)
    await desk.hands.press('button', 'Delete account')
    await desk.sees('Delete account', 'done')
    assert.equal(await stage.account('northpine'), undefined)
  })
})
