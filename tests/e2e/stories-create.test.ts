import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Desk } from './desk.ts'
import { openStage, SHORT, type Stage } from './stage.ts'

const CREATED = 'The account was created.'
const UNKNOWN = 'Create account: the outcome is not known, a person must look.'

let stage: Stage
before(async () => {
  stage = await openStage({ ...SHORT, quarantine: 3000 })
})
after(() => stage.end())

/** A new product whose account is ordered while the server is in trouble. */
function trouble(
  situation: string,
  domain: string,
  faults: readonly Record<string, unknown>[],
  story: (desk: () => Desk) => void,
) {
  describe(situation, () => {
    let desk: Desk
    before(async () => {
      desk = await Desk.order(stage, domain)
      await stage.faults(faults.map((fault) => ({ function: 'createacct', ...fault })))
      await desk.create()
    })
    after(async () => {
      await stage.faults([])
      await desk.person.leave()
    })
    story(() => desk)

    it('left the server with one account at most', async () => {
      assert.ok((await desk.accounts()) <= 1)
    })
    it('gave nobody’s page anything to complain of', () => {
      assert.deepEqual([desk.person.complaints, stage.reports], [[], []])
    })
  })
}

/** The end of all stories but those a person must end. */
function endsWell(desk: () => Desk, creations: number) {
  it('is seen to be done', () => desk().sees('Create account', 'done'))
  it('says on the page’s log that the account was created', async () => {
    await desk().person.reads(CREATED)
  })
  it('leaves the service active', async () => {
    assert.equal(await desk().state(), 'active')
  })
  it('has one operation, which succeeded', async () => {
    assert.deepEqual(
      (await desk().operations()).map(({ state }) => state),
      ['succeeded'],
    )
  })
  it('has one account on the server', async () => {
    assert.equal(await desk().accounts(), 1)
  })
  it(`was sent ${creations === 1 ? 'once' : 'twice'}`, async () => {
    assert.equal(await desk().creations(), creations)
  })
}

trouble(
  'an account the server takes very long to make',
  'slow-river.example',
  [{ kind: 'delay', ms: 3000 }],
  (desk) => {
    it('is seen to be running', () => desk().sees('Create account', 'running'))
    it('tells the person that the page may be closed', async () => {
      await desk().person.reads('You may close this page: it runs on.')
    })
    it('runs on while nobody looks, and is there for whoever comes back', async () => {
      const url = desk().person.page.url()
      await desk().person.goto('about:blank')
      await desk().person.goto(url)
      await desk().sees('Create account', 'running')
    })
    endsWell(desk, 1)
  },
)

trouble(
  'a connection cut after the account was made',
  'cut-after.example',
  [{ kind: 'cut_after', times: 1 }],
  (desk) => {
    it('is never called a failure', async () => {
      const { name } = await desk().person.find(
        'group',
        /^Create account – (checking what happened|done|failed)$/,
      )
      assert.doesNotMatch(name, /failed/)
    })
    endsWell(desk, 1)
    it('never told of a failure in the log', async () => {
      assert.deepEqual(await desk().told(), [CREATED])
    })
  },
)

trouble(
  'an answer that breaks off in the middle',
  'half-told.example',
  [{ kind: 'cut_half_body', times: 1 }],
  (desk) => endsWell(desk, 1),
)

trouble(
  'a gateway’s page instead of an answer, the account made all the same',
  'gateway-page.example',
  [{ kind: 'status', status: 524, applied: true, times: 1 }],
  (desk) => endsWell(desk, 1),
)

trouble(
  'an account that is made a while after the connection was cut',
  'late-bloom.example',
  [{ kind: 'change_after_cut', ms: 1800, times: 1 }],
  (desk) => {
    it('is being checked until it is there', () =>
      desk().sees('Create account', 'checking what happened'))
    it('says when it will be known', async () => {
      await desk().person.reads(/will know by/)
    })
    endsWell(desk, 1)
  },
)

trouble(
  'an account that is made only after the call was sent again',
  'later-bloom.example',
  [
    { kind: 'change_after_cut', ms: 3_600_000, times: 1 },
    { kind: 'change_after_cut', ms: 3_600_000, times: 1 },
  ],
  (desk) => {
    it('is sent again once the first call can no longer be running', async () => {
      await desk().sent(2)
      await stage.release()
    })
    endsWell(desk, 2)
  },
)

trouble(
  'a connection cut before the server did anything',
  'cut-before.example',
  [{ kind: 'cut_before', times: 1 }],
  (desk) => {
    it('is being checked until it is proven that nothing was made', () =>
      desk().sees('Create account', 'checking what happened'))
    endsWell(desk, 2)
  },
)

trouble(
  'a connection cut twice, tried again by a person',
  'cut-twice.example',
  [{ kind: 'cut_before', times: 2 }],
  (desk) => {
    it('ends with a person', () => desk().sees('Create account', 'needs a person'))
    it('says what to do', async () => {
      await desk().person.reads(/Look at the server, then retry or say what you found/)
    })
    it('says so in the log', async () => {
      await desk().person.reads(UNKNOWN)
    })
    it('leaves the service as it was', async () => {
      assert.equal(await desk().state(), 'unprovisioned')
    })
    it('was sent twice and no more', async () => {
      assert.equal(await desk().creations(), 2)
    })
    it('made nothing', async () => {
      assert.equal(await desk().accounts(), 0)
    })
    it('is tried again on the person’s word, as a new operation', async () => {
      await desk().hands.press('button', 'Try again')
      await desk().person.find('dialog', 'Create account')
      await desk().hands.press('button', 'Create account')
      await desk().sees('Create account', 'done')
      const [second, first] = await desk().operations()
      assert.deepEqual(
        [second?.state, second?.retry_of, first?.state],
        ['succeeded', first?.id, 'resolved'],
      )
    })
    it('tells the whole story in the log', async () => {
      assert.deepEqual(await desk().told(), [UNKNOWN, 'Create account: tried again.', CREATED])
    })
    it('leaves the service active', async () => {
      assert.equal(await desk().state(), 'active')
    })
    it('has one account on the server', async () => {
      assert.equal(await desk().accounts(), 1)
    })
  },
)

for (const { found, says, word } of [
  { found: 'It was done', says: 'Create account: found to be done.', word: 'done' },
  {
    found: 'It was not done, and we leave it',
    says: 'Create account: given up.',
    word: 'abandoned',
  },
] as const)
  trouble(
    `a connection cut twice, of which a person says: ${found}`,
    `verdict-${word}.example`,
    [{ kind: 'cut_before', times: 2 }],
    (desk) => {
      it('is closed by the person, who says how they know', async () => {
        await desk().sees('Create account', 'needs a person')
        await desk().verdict('Create account', found, 'I looked at the list of accounts.')
        await desk().sees('Create account', 'closed by a person')
      })
      it('says so in the log, with the reason', async () => {
        await desk().person.reads(says)
        const [entry] = await desk().log()
        assert.equal(entry?.reason, 'I looked at the list of accounts.')
      })
      it('is resolved, never succeeded', async () => {
        assert.deepEqual(
          (await desk().operations()).map(({ state }) => state),
          ['resolved'],
        )
      })
      it('leaves the service without an account, and free for the next action', async () => {
        const { service, actions } = await desk().actions()
        assert.deepEqual(
          [service.state, actions.find(({ name }) => name === 'create')?.state],
          ['unprovisioned', 'available'],
        )
      })
      it('was sent twice and no more', async () => {
        assert.equal(await desk().creations(), 2)
      })
    },
  )
