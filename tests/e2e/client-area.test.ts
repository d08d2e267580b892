import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { en } from '../../bff/texts/en.ts'
import { type Hands, keyboardOf, mouseOf, type Person } from './person.ts'
import { openStage, type Stage } from './stage.ts'

/** What DESIGN §5 gives a client. */
const OFFERED = ['Change password', 'Log in', 'Show account details', 'Show usage']
const ALL = Object.entries(en).flatMap(([code, text]) =>
  /^action\.[a-z-]+\.label$/.test(code) && typeof text === 'string' ? [text] : [],
)

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.end())

/** Names of actions among what can be pressed, and among what is said to be unavailable. */
async function actionsSeen(person: Person): Promise<string[]> {
  const nodes = await person.look()
  const pressed = nodes
    .filter(({ role }) => role === 'button' || role === 'menuitem')
    .map(({ name }) => name)
  return ALL.filter((label) => pressed.includes(label)).sort()
}

async function visiting(path: string): Promise<Person> {
  const person = await stage.person()
  await person.goto(`${stage.facts.client}${path}`)
  return person
}

describe('a client at an active product', () => {
  let person: Person
  before(async () => {
    person = await visiting('/products/1042')
    await person.find('button', 'Log in')
  })
  after(() => person.leave())

  it('is offered what clients are offered, and nothing else', async () => {
    assert.deepEqual(await actionsSeen(person), OFFERED)
  })
  it('may edit no field', async () => {
    await person.reads('Web hosting details')
    assert.equal(await person.isThere('button', /^Edit/), false)
  })
  it('reads no word of the panel’s maker', async () => {
    assert.doesNotMatch(await person.text(), /cpanel|whm/i)
  })
})

describe('a client at a suspended product', () => {
  let person: Person
  before(async () => {
    person = await visiting('/products/1043')
    await person.find('button', 'Show account details')
  })
  after(() => person.leave())

  it('is offered what a suspended account allows', async () => {
    assert.deepEqual(await actionsSeen(person), ['Show account details', 'Show usage'])
  })
  it('is told whom to ask, and not what stands on the server', async () => {
    const text = await person.reads('Your service is suspended. Please contact support.')
    assert.doesNotMatch(text, /Overdue invoice/)
  })
})

describe('a client at a product without an account', () => {
  it('is offered nothing to press', async () => {
    const person = await visiting('/products/1041')
    await person.reads('Not set up yet')
    const seen = await actionsSeen(person)
    await person.leave()
    assert.deepEqual(seen, [])
  })
})

describe('a client over the limit', () => {
  it('reads so in words', async () => {
    const person = await visiting('/products/1044')
    const text = await person.reads(/Over the limit/)
    await person.leave()
    assert.match(text, /5\.3 GB of 5 GB/)
  })
})

describe('a client’s list of products', () => {
  let person: Person
  before(async () => {
    person = await visiting('/')
    await person.find('button', 'More actions')
  })
  after(() => person.leave())

  it('offers the everyday action beside a product', async () => {
    await person.find('button', 'Log in')
  })
  it('offers the others in a menu, by keyboard', async () => {
    await person.tabTo('button', 'More actions')
    await person.press('Enter')
    await person.until('focus on the first item', (nodes) =>
      nodes.find(({ role, focused }) => role === 'menuitem' && focused),
    )
    assert.deepEqual(
      (await person.look()).filter(({ role }) => role === 'menuitem').map(({ name }) => name),
      ['Change password', 'Show account details', 'Show usage'],
    )
  })
  it('opens what is chosen there', async () => {
    await person.press('ArrowDown')
    await person.press('Enter')
    await person.find('dialog', 'Show account details')
  })
})

function deeds(name: string, password: string, handsOf: (person: Person) => Hands) {
  describe(`what a client may do, by ${name}`, () => {
    let person: Person
    let hands: Hands
    before(async () => {
      person = await visiting('/')
      hands = handsOf(person)
      await hands.press('link', 'Starter hosting, lakeside-bakery.example')
      await person.reads('Manage your web hosting')
    })
    after(() => person.leave())

    it('is to read the details', async () => {
      await hands.press('button', 'Show account details')
      await person.reads('ns1.demo.test')
      await hands.press('button', 'Close')
    })
    it('is to read the usage', async () => {
      await hands.press('button', 'Show usage')
      await person.find('dialog', 'Show usage')
      await hands.press('button', 'Show usage')
      await person.find('button', 'Close')
      await hands.press('button', 'Close')
    })
    it('is to change the password', async () => {
      await hands.press('button', 'Change password')
      await hands.fill(/^Password/, password)
      await hands.press('button', 'Change password')
      await person.find('group', 'Change password – done')
      await hands.press('button', 'Dismiss')
      assert.equal((await stage.world()).passwords.lakeside, password)
    })
    it('is to log in, in a tab of its own', async () => {
      const opened = new Promise<string>((resolve) =>
        person.page.browserContext().once('targetcreated', (target) => resolve(target.type())),
      )
      await hands.press('button', 'Log in')
      await person.find('dialog', 'Log in')
      await hands.press('button', 'Log in')
      assert.equal(await opened, 'page')
    })
    it('gave the page nothing to complain of', () => {
      assert.deepEqual([person.complaints, stage.reports], [[], []])
    })
  })
}
deeds('mouse', 'Brass-Kettle-31-window', mouseOf)
deeds('keyboard', 'Paper-Anchor-58-garden', keyboardOf)

describe('a client’s token, by hand', () => {
  const key = { 'idempotency-key': 'by-hand-0001' }
  const ask = (method: string, path: string, body?: unknown) =>
    stage.bff(stage.facts.tokens.client, method, path, body, method === 'POST' ? key : {})
  const input = { input: {} }
  const forbidden: [method: string, path: string, body?: unknown][] = [
    ...[
      'create',
      'change-package',
      'change-domain',
      'make-reseller',
      'revoke-reseller',
      'suspend',
      'unsuspend',
      'delete',
      'link',
      'unlink',
    ].flatMap((action): [string, string, unknown][] => [
      ['POST', `/services/1042/actions/${action}`, input],
      ['POST', `/services/1042/actions/${action}/preview`, input],
    ]),
    ['PATCH', '/services/1042/fields', { fields: { note: 'mine' } }],
    ['PUT', '/services/1042', { domain: 'mine.example' }],
    ['GET', '/configurations'],
    ['POST', '/configurations', {}],
  ]
  for (const [method, path, body] of forbidden)
    it(`may not ${method} ${path}`, async () => {
      assert.equal((await ask(method, path, body)).status, 403)
    })

  const foreign = ['', '/actions', '/operations', '/fields', '/usage', '/logs']
  for (const path of foreign)
    it(`finds somebody else’s ${path || 'service'} as little as one that is not there`, async () => {
      const [theirs, nobodys] = await Promise.all(
        ['1045', 'no-such-service'].map(async (id) => {
          const answer = await ask('GET', `/services/${id}${path}`)
          return `${answer.status} ${(await answer.text()).replaceAll(/req_[0-9a-z]+/g, 'req')}`
        }),
      )
      assert.deepEqual([theirs, theirs?.startsWith('404')], [nobodys, true])
    })
  it('finds somebody else’s action as little', async () => {
    assert.equal((await ask('POST', '/services/1045/actions/login', input)).status, 404)
  })
  it('is told which field is wrong, and changes nothing', async () => {
    const before = (await stage.world()).passwords.lakeside
    const answer = await ask('POST', '/services/1042/actions/change-password', {
      input: { password: 7 },
    })
    const problem = (await answer.json()) as { errors: { pointer: string }[] }
    assert.deepEqual(
      [
        answer.status,
        answer.headers.get('content-type'),
        problem.errors[0]?.pointer,
        (await stage.world()).passwords.lakeside,
      ],
      [422, 'application/problem+json', '/input/password', before],
    )
  })
  it('changed nothing by all that', async () => {
    const { accounts } = await stage.world()
    assert.deepEqual(
      [accounts.lakeside?.package, accounts.lakeside?.suspended, accounts.lakeside?.domain],
      ['starter', null, 'lakeside-bakery.example'],
    )
  })
})
