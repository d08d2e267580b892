import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'puppeteer-core'
import { type Hands, keyboardOf, mouseOf, type Person } from './person.ts'
import { openStage, type Stage } from './stage.ts'

const PASSWORD = 'Quiet-Harbour-77-lantern'

/** One product's life, every action of it, by one pair of hands. The server is asked after each. */
function life(
  name: string,
  product: { domain: string; moved: string },
  handsOf: (person: Person) => Hands,
) {
  describe(`the life of a product, by ${name}`, () => {
    let stage: Stage
    let person: Person
    let hands: Hands
    let username: string

    before(async () => {
      stage = await openStage()
      person = await stage.person()
      hands = handsOf(person)
      await person.goto(`${stage.facts.admin}/clients/1`)
      await hands.press('link', 'Products & services')
      await person.reads('New order')
      await hands.fill('Domain', product.domain)
      await hands.press('button', 'Place order')
      // The list that is left has buttons of the same names.
      await person.find('heading', /^Web hosting \d+$/)
      await person.find('button', 'Create account')
    })
    after(() => stage.end())

    const account = async () => {
      const found = await stage.account(username)
      assert.ok(found, `${username} is not on the server`)
      return found
    }
    /** Chooses an action, fills its form, confirms what it asks for, and waits for the end. */
    const run = async (action: string, fill: () => Promise<void> = async () => undefined) => {
      await hands.press('button', action)
      // An action without a form asks at once whether it is meant.
      await person.until(`the dialog of ${action}`, (nodes) =>
        nodes.find(
          // Where the server answers at once, only the question is ever seen.
          ({ role, name }) => /dialog$/.test(role) && [action, `${action}?`].includes(name),
        ),
      )
      await fill()
    }
    const succeeded = async (action: string) => {
      await person.find('group', `${action} – done`)
      await hands.press('button', 'Dismiss')
    }

    it('creates the account', async () => {
      await run('Create account', async () => {
        await hands.choose(/^Package/, 'starter')
        await hands.press('button', 'Create account')
      })
      await succeeded('Create account')
      const { data } = await stage.whm('listaccts', {
        searchtype: 'domain',
        search: product.domain,
        searchmethod: 'exact',
      })
      const list = Array.isArray(data?.acct) ? data.acct : []
      username = String(list[0]?.user)
      assert.equal(list.length, 1)
    })

    it('shows its details', async () => {
      await run('Show account details')
      await person.reads(product.domain)
      await hands.press('button', 'Close')
      assert.ok((await stage.calls('accountsummary')).length > 0)
    })

    it('shows its usage', async () => {
      await run('Show usage', () => hands.press('button', 'Show usage'))
      await person.reads(/Bandwidth/)
      await hands.press('button', 'Close')
      assert.ok((await stage.calls('showbw')).length > 0)
    })

    it('logs in, in a tab of its own', async () => {
      const tab = new Promise<Page | null>((resolve) =>
        person.page.browserContext().once('targetcreated', (target) => resolve(target.page())),
      )
      await run('Log in', () => hands.press('button', 'Log in'))
      const opened = await tab
      assert.ok(opened)
      await opened.waitForFunction(() => location.protocol === 'https:')
      await opened.close()
      await person.page.bringToFront()
      const { sessions } = await stage.world()
      assert.deepEqual(
        sessions.filter((session) => session.user === username).map(({ opened }) => opened),
        [true],
      )
    })

    it('changes the password', async () => {
      await hands.press('button', 'Change password')
      await hands.fill(/^Password/, PASSWORD)
      await hands.press('button', 'Change password')
      await succeeded('Change password')
      assert.equal((await stage.world()).passwords[username], PASSWORD)
    })

    it('changes the package', async () => {
      await run('Change package', async () => {
        await hands.choose(/^Package/, 'business')
        await hands.press('button', 'Continue')
        await person.reads('What happens')
        await hands.press('button', 'Change package')
      })
      await succeeded('Change package')
      assert.equal((await account()).plan, 'business')
    })

    it('changes the primary domain', async () => {
      await run('Change primary domain', async () => {
        await hands.fill(/^Domain/, product.moved)
        await hands.press('button', 'Continue')
        await person.reads('What happens')
        await hands.press('button', 'Change primary domain')
      })
      await succeeded('Change primary domain')
      assert.equal((await account()).domain, product.moved)
    })

    it('makes it a reseller', async () => {
      await run('Make reseller', async () => {
        await hands.choose(/^Rights/, 'basic_reseller')
        await hands.press('button', 'Continue')
        await person.reads('What happens')
        await hands.press('button', 'Make reseller')
      })
      await succeeded('Make reseller')
      const { data } = await stage.whm('listresellers')
      assert.ok(Array.isArray(data?.reseller) && data.reseller.includes(username))
    })

    it('takes the reseller’s rights away', async () => {
      await run('Revoke reseller rights', async () => {
        await person.reads('What happens')
        await hands.press('button', 'Revoke reseller rights')
      })
      await succeeded('Revoke reseller rights')
      const { data } = await stage.whm('listresellers')
      assert.ok(Array.isArray(data?.reseller) && !data.reseller.includes(username))
    })

    it('suspends it', async () => {
      await run('Suspend', async () => {
        await hands.choose(/^Reason/, 'Payment')
        await hands.press('button', 'Continue')
        await person.reads('What happens')
        await hands.press('button', 'Suspend')
      })
      await succeeded('Suspend')
      assert.equal((await account()).suspended, 1)
    })

    it('unsuspends it', async () => {
      await hands.press('button', 'Unsuspend')
      await succeeded('Unsuspend')
      assert.equal((await account()).suspended, 0)
    })

    it('unlinks it, and touches no server', async () => {
      await run('Unlink account', async () => {
        await person.reads('What happens')
        await hands.press('button', 'Unlink account')
      })
      await succeeded('Unlink account')
      assert.equal((await account()).user, username)
    })

    it('links it again', async () => {
      await run('Link existing account', async () => {
        await hands.choose(/^Existing account/, username)
        await hands.press('button', 'Continue')
        await person.reads('What happens')
        await hands.fill(/to confirm$/, product.moved)
        await hands.press('button', 'Link existing account')
      })
      await succeeded('Link existing account')
      await person.find('button', 'Delete account')
      assert.equal((await account()).user, username)
    })

    it('deletes it', async () => {
      await run('Delete account', async () => {
        await hands.press('button', 'Continue')
        await person.reads('This cannot be undone')
        await hands.fill(/to confirm$/, product.moved)
        await hands.press('button', 'Delete account')
      })
      await succeeded('Delete account')
      assert.equal(await stage.account(username), undefined)
    })

    it('leaves an entry in the log for each', async () => {
      const text = await person.text()
      const missing = [
        'Create account',
        'Show account details',
        'Show usage',
        'Log in',
        'Change password',
        'Change package',
        'Change primary domain',
        'Make reseller',
        'Revoke reseller rights',
        'Suspend',
        'Unsuspend',
        'Unlink account',
        'Link existing account',
        'Delete account',
      ].filter((action) => !text.includes(action))
      assert.deepEqual(missing, [])
    })

    it('gave the page nothing to complain of', () => {
      assert.deepEqual([person.complaints, stage.reports], [[], []])
    })
  })
}

life('mouse', { domain: 'meadow-mouse.example', moved: 'meadow-moved.example' }, mouseOf)
life('keyboard', { domain: 'kestrel-keys.example', moved: 'kestrel-moved.example' }, keyboardOf)
