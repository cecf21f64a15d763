// The flags that commands share, worded once.
import { Flags } from '@oclif/core'
import { modes, scenarios } from '../drill/drill.ts'
import { exitCodes } from '../core/errors.ts'

/** What every command takes. */
export const everyFlags = {
  json: Flags.boolean({ summary: 'Write NDJSON events to stdout; the last line is the report.', helpGroup: 'OUTPUT' }),
  color: Flags.boolean({
    summary: 'Colours, where the terminal has them.',
    default: true,
    allowNo: true,
    helpGroup: 'OUTPUT',
  }),
  config: Flags.string({ summary: 'Settings file.', helpValue: 'dr.yaml' }),
  templates: Flags.string({
    summary: 'Folder with your own templates, instead of those that come with dr.',
    helpValue: 'DIR',
  }),
  system: Flags.string({ summary: 'System to work on; also DR_SYSTEM. [default: transactions]', helpValue: 'NAME' }),
}

/** What commands that talk to AWS take. */
export const awsFlags = {
  profile: Flags.string({ summary: 'AWS profile.', helpGroup: 'AWS' }),
  local: Flags.boolean({
    summary: 'Use the built-in simulator instead of AWS; its state lies in .dr/local.',
    helpGroup: 'SIMULATOR',
  }),
  'local-speed': Flags.integer({
    summary: 'Simulated seconds per second.',
    default: 30,
    min: 1,
    max: 100_000,
    helpValue: 'N',
    helpGroup: 'SIMULATOR',
  }),
  'local-faults': Flags.string({ summary: 'File with faults to inject.', helpValue: 'FILE', helpGroup: 'SIMULATOR' }),
}

export const suffixFlag = {
  suffix: Flags.string({ summary: 'Environment; also DR_SUFFIX.', helpValue: 'pr123' }),
}

/** Where an environment lies, said at its first deploy. */
export const regionFlags = {
  primary: Flags.string({
    summary: 'Primary (or only) region, at the first deploy.',
    helpValue: 'REGION',
    helpGroup: 'AWS',
  }),
  failover: Flags.string({ summary: 'Failover region, at the first deploy.', helpValue: 'REGION', helpGroup: 'AWS' }),
}

/** What bootstrap says of the two roles; kept by later runs. */
export const roleFlags = {
  'permissions-boundary': Flags.string({
    summary:
      'Managed policy that bounds both roles and all that they make; kept until another is given, empty for none.',
    helpValue: 'ARN',
    helpGroup: 'AWS',
  }),
  'direct-caller': Flags.string({
    summary:
      'Role or user that may repair and update stacks past their stack sets (--direct), besides whoever runs this; repeatable, the list is kept until another is given.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'ARN',
    helpGroup: 'AWS',
  }),
}

/** What should be deployed. */
export const wantedFlags = {
  parameter: Flags.string({
    summary: 'Template parameter, Name=Value or stage.Name=Value; repeatable, and not remembered.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'Name=Value',
  }),
  scale: Flags.string({
    summary: 'Sizes: small for pull requests, large for production. [default: small]',
    options: ['small', 'large'],
  }),
}

/** Secrets stay outside the stacks. */
export const secretFlags = {
  'create-secret': Flags.boolean({
    summary: 'Make the secrets that the system reads and nobody made yet, with random values; destroy removes them.',
  }),
}

/** The way back. */
export const releaseFlags = {
  release: Flags.string({
    summary: 'Return to a recorded release: its templates and parameters instead of the present ones.',
    helpValue: 'r3',
    exclusive: ['parameter', 'scale', 'templates'],
  }),
}

/** For the day when a region is gone. */
export const survivalFlags = {
  region: Flags.string({
    summary: 'Work on this region only, with what the record says of the others; repeatable.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'REGION',
    helpGroup: 'AWS',
  }),
  direct: Flags.boolean({
    summary: 'With --region: update the stacks themselves, past a stack set whose operation is stuck.',
    dependsOn: ['region'],
    helpGroup: 'AWS',
  }),
}

/** What commands that wait take. */
export const waitFlags = {
  timeout: Flags.integer({
    summary: 'Minutes that one operation may take before dr stops waiting (AWS goes on).',
    default: 90,
    min: 1,
    helpValue: 'MINUTES',
  }),
  'on-interrupt': Flags.string({
    summary: 'On Ctrl-C: leave AWS working, or ask it to stop the operation too.',
    options: ['leave', 'stop'],
    default: 'leave',
  }),
}

export const consentFlags = {
  yes: Flags.boolean({ summary: 'Consent where a question would be asked.', char: 'y' }),
}

/** What of a destroy goes, or stays, only when it is named. */
export const residueFlags = {
  'allow-replace': Flags.string({
    summary:
      'Also delete stacks of this stage that no stack set knows any more, with their data: stage or stage/region; repeatable.',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    helpValue: 'STAGE',
  }),
  retain: Flags.string({
    summary: 'Let go of what cannot be deleted of this stage, and name it as left; repeatable.',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    helpValue: 'STAGE',
  }),
}

/** Loss is agreed to by name. */
export const replaceFlags = {
  'allow-replace': Flags.string({
    summary:
      'Allow this resource (or a stage removed from system.yaml) to be replaced or deleted: stage/Nested/LogicalId, or any unambiguous end of it; repeatable. A resource that keeps its fixed name, or changes its type, cannot be replaced.',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    helpValue: 'RESOURCE',
  }),
}

/** What is drilled, and what may be broken by it. */
export const drillFlags = {
  list: Flags.boolean({ summary: 'Name what this system can drill, and do nothing.', helpGroup: 'DRILL' }),
  scenario: Flags.string({
    summary: 'What to drill; probe is harmless.',
    options: [...scenarios],
    default: 'probe',
    helpGroup: 'DRILL',
  }),
  mode: Flags.string({
    summary: 'In good order, or as if a region were lost. [default: graceful, where a scenario knows both]',
    options: [...modes],
    helpGroup: 'DRILL',
  }),
  'dry-run': Flags.boolean({
    summary: 'Show targets, calls, guards, the way back and what will not be proven; change nothing.',
    helpGroup: 'DRILL',
  }),
  resume: Flags.string({
    summary: 'Fail back and end a drill whose run is gone.',
    helpValue: 'ID',
    helpGroup: 'DRILL',
    exclusive: ['scenario', 'mode', 'dry-run', 'list'],
  }),
  'approved-by': Flags.string({
    summary: 'Who approved the drill beforehand; stands in the evidence.',
    helpValue: 'NAME',
    helpGroup: 'DRILL',
  }),
  'allow-data-loss': Flags.boolean({
    summary: 'Agree that a drill gives up what was not replicated yet (L4).',
    helpGroup: 'DRILL',
  }),
}

/** The exit codes as the end of a command's help. */
export const exitCodeHelp = `Exit codes:\n${Object.entries(exitCodes)
  .map(([code, meaning]) => `  ${code.padStart(2)}  ${meaning}`)
  .join('\n')}`
