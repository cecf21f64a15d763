// What to do about a failure: known AWS texts and the way out, each with the place where its wording was seen.
import type { Cause, Report } from './events.ts'

interface Known {
  /** Matches AWS's reason. */
  reason: RegExp
  advise(cause: Cause, match: RegExpExecArray): string
}

const known: Known[] = [
  {
    // hashicorp/terraform-provider-aws#15165: StackSets before its roles exist or are trusted.
    reason: /should have '?([\w-]+)'? role with trust relationship/,
    advise: (_cause, match) => `The role ${match[1] ?? ''} is missing or not trusted. Run: dr bootstrap`,
  },
  {
    // IAM CreateRole, EntityAlreadyExists.
    reason: /Role with name (\S+) already exists/,
    advise: (_cause, match) =>
      `A role of that name was left by something else. Look at it (aws iam get-role --role-name ${match[1] ?? ''}) and remove it.`,
  },
  {
    // aws/aws-cdk#11549: a late writer makes a log group again after its stack is gone.
    reason: /\/?log-?group.* already exists|log group already exists/i,
    advise: () => 'A late writer made the log group again after an earlier destroy. Delete that log group.',
  },
  {
    // CloudFormation's early validation and most resource handlers.
    reason: /already exists/i,
    advise: () =>
      'Something of that name exists already and belongs to nobody here. Remove it or choose another suffix.',
  },
  {
    // Amazon S3 error BucketNotEmpty, as CloudFormation reports it.
    reason: /bucket you tried to delete is not empty/i,
    advise: () =>
      'Something wrote into the bucket while it was being emptied. Stop the writer; the same command empties it again.',
  },
  {
    // Service quotas answer LimitExceeded or "maximum number of".
    reason: /limit ?exceeded|maximum number of|quota/i,
    advise: (cause) => `A quota of the account is reached in ${cause.region}. Free something or ask AWS to raise it.`,
  },
]

/** What to do about this cause, then on a line of its own the command that goes on. */
export function advice(cause: Cause, report: Report): string {
  const found = known.flatMap((it) => {
    const match = it.reason.exec(cause.reason)
    return match ? [it.advise(cause, match)] : []
  })
  const [again = `dr ${report.verb}`] = report.next
  return `${found[0] ?? 'Mend the cause above.'}\nThen: ${again}`
}
