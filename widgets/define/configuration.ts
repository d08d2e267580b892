import { ProvisionConfiguration } from '../configuration/provision-configuration.ts'
import { define } from '../parts/define.ts'

define('provision-configuration', ProvisionConfiguration)
