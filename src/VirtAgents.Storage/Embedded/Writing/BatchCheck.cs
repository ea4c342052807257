using VirtAgents.Core.Model;

namespace VirtAgents.Storage.Embedded.Writing;

/// <summary>Whether a batch can be stored at all.</summary>
internal static class BatchCheck
{
    /// <summary>What is wrong with a batch, so that it can never be stored; null when nothing is.</summary>
    public static string? ProblemOf(WriteBatch batch)
    {
        foreach (ReportRecord report in batch.Reports)
        {
            if (ProblemOf(report) is string problem)
            {
                return $"report {report.Sequence} of host {report.Host}: {problem}";
            }
        }

        foreach (MessageKey key in batch.Received)
        {
            if (ProblemOf(key) is string problem)
            {
                return $"received run {key.FirstSequence} to {key.LastSequence} of host {key.Host}: {problem}";
            }
        }

        foreach (HostSnapshot snapshot in batch.Snapshots)
        {
            if (snapshot.Inventory.Host.Id.Value == Guid.Empty)
            {
                return "snapshot: the host id is empty";
            }
        }

        return null;
    }

    private static string? ProblemOf(MessageKey key)
    {
        if (key.Host.Value == Guid.Empty || key.Boot.Value == Guid.Empty)
        {
            return "the host id or the boot id is empty";
        }

        return key.FirstSequence < 1 || key.LastSequence < key.FirstSequence
            ? $"the first sequence must be at least 1 and the last not below it (allowed 1 to {long.MaxValue})"
            : null;
    }

    private static string? ProblemOf(ReportRecord report)
    {
        if (ProblemOf(new MessageKey(report.Host, report.Boot, report.Sequence, report.Sequence)) is string problem)
        {
            return problem;
        }

        for (int i = 0; i < report.Samples.TableCount; i++)
        {
            SampleTable table = report.Samples[i];
            foreach (int index in table.Subjects)
            {
                if ((uint)index >= (uint)report.Subjects.Count || report.Subjects[index] is not Subject subject)
                {
                    return $"a row of the {table.Kind} table has subject index {index}, which names nothing (allowed 0 to {report.Subjects.Count - 1})";
                }

                if (subject.Kind != table.Kind && !(index == Inventory.HostIndex && table.Kind == SubjectKind.Agent))
                {
                    return $"a row of the {table.Kind} table has subject index {index}, which is a {subject.Kind}";
                }
            }
        }

        return null;
    }
}
