using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Agent.Acting;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Tests.Acting;

public sealed class DirectiveJournalTests : IDisposable
{
    private static readonly Gen<JournalStep> Step = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 6], Gen.Long[0, 1_000_000], Gen.String[0, 8]).Select(Make);
    private readonly string _directory = Directory.CreateTempSubdirectory("virtagents-journal-").FullName;
    private readonly FakeTimeProvider _time = new();

    private string File => Path.Combine(_directory, DirectiveJournal.FileName);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>Cut off anywhere, a file says what its whole lines say, and no more and no less.</summary>
    [Fact]
    public void ReadAll_CutAtAnyByte_GivesTheWholeLines() =>
        Step.Array[1, 8].Sample(steps =>
        {
            byte[][] lines = [.. steps.Select(JournalLine.Of)];
            byte[] content = [.. lines.SelectMany(l => l)];
            for (int cut = 0; cut <= content.Length; cut++)
            {
                List<JournalStep> read = [];
                int end = JournalLine.ReadAll(content.AsSpan(0, cut), read, out int damaged);
                int whole = Enumerable.Range(0, lines.Length + 1).Last(n => lines.Take(n).Sum(l => l.Length) <= cut);
                Assert.Equal((whole, lines.Take(whole).Sum(l => l.Length), 0), (read.Count, end, damaged));
            }
        }, iter: 50);

    /// <summary>Whatever a step says is read again as it was, half of a surrogate pair excepted.</summary>
    [Fact]
    public void ReadAll_AnyStep_IsWhatWasWritten() =>
        Step.Array[1, 8].Sample(steps =>
        {
            List<JournalStep> read = [];
            JournalLine.ReadAll([.. steps.SelectMany(JournalLine.Of)], read, out int damaged);
            Assert.Equal(0, damaged);
            Assert.Equal(steps.Select(Whole), read.Select(Whole));
        });

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"step\":\"Ended\"}")]
    [InlineData("{\"step\":\"Melted\",\"at\":1}")]
    [InlineData("{\"step\":7,\"at\":1}")]
    [InlineData("{\"step\":\"Ended\",\"at\":\"1\"}")]
    [InlineData("{\"step\":\"Ended\",\"at\":1,\"id\":\"7\"}")]
    [InlineData("{\"step\":\"Accepted\",\"at\":1,\"parameters\":[]}")]
    [InlineData("{\"step\":\"Accepted\",\"at\":1,\"kind\":\"99\"}")]
    [InlineData("{\"step\":")]
    public void TryRead_NoStep_IsFalse(string text) => Assert.False(JournalJson.TryRead(System.Text.Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryRead_MemberOfANewerAgent_IsPassedOver()
    {
        Assert.True(JournalJson.TryRead("{\"step\":\"Epoch\",\"at\":1,\"epoch\":4,\"color\":{\"r\":1}}"u8, out JournalStep? step));
        Assert.Equal((JournalStepKind.Epoch, 1, 4), (step.Step, step.At, step.Epoch));
    }

    /// <summary>The fewest steps of a book make the same book.</summary>
    [Fact]
    public void Steps_OfAnyBook_MakeTheSameBook() =>
        Step.Array[0, 30].Sample(steps =>
        {
            JournalBook book = BookOf(steps);
            JournalBook again = BookOf(book.Steps(0));
            Assert.Equal((book.Epoch, book.IsDraining), (again.Epoch, again.IsDraining));
            Assert.Equal(book.Leases, again.Leases);
            Assert.Equal(book.Records.OrderBy(r => r.Id), again.Records.OrderBy(r => r.Id));
        });

    [Fact]
    public void Apply_AfterAnEnd_ChangesNothing() =>
        Step.Array[0, 30].Sample(steps =>
        {
            var book = new JournalBook();
            foreach (JournalStep step in steps)
            {
                DirectiveRecord[] ended = [.. book.Records.Where(r => r.IsEnded)];
                book.Apply(step);
                Assert.All(ended, r => Assert.Equal(r, book.Find(r.Id)));
            }
        });

    [Fact]
    public void Open_LineDamagedInTheMiddle_PassesOverItAndAppendsBehindTheLast()
    {
        Guid[] ids = [.. Enumerable.Range(0, 3).Select(_ => Guid.NewGuid())];
        using (DirectiveJournal journal = Open())
        {
            Assert.All(ids, id => Assert.True(journal.TryAppend(Ended(id))));
        }

        byte[] content = System.IO.File.ReadAllBytes(File);
        content[content.Length / 2] ^= 1;
        System.IO.File.WriteAllBytes(File, [.. content, .. "torn"u8]);
        Guid late = Guid.NewGuid();
        using (DirectiveJournal journal = Open())
        {
            Assert.Equal([true, false, true], ids.Select(id => journal.Find(id) is not null));
            Assert.True(journal.TryAppend(Ended(late)));
        }

        using DirectiveJournal again = Open();
        Assert.Equal([true, false, true, true], ids.Append(late).Select(id => again.Find(id) is not null));
    }

    [Fact]
    public void Open_NewFile_IsForItsOwnerOnlyAndForOneProcess()
    {
        using DirectiveJournal journal = Open();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
        Assert.ThrowsAny<IOException>(Open);
    }

    [Fact]
    public void TryAppend_AboveTheLimit_KeepsWhatIsOpenAndTheNewestEnds()
    {
        DirectiveOrder open = DeskBench.Order(epoch: 5);
        Guid old = Guid.NewGuid();
        using DirectiveJournal journal = Open();
        journal.TryAppend(JournalStep.OfAccepted(open, "rule", Now), JournalStep.OfBegun(open.Id, new ControlEvidence("seen"), Now));
        journal.TryAppend(Ended(old), JournalStep.OfDrain(true, Now));
        _time.Advance(JournalBook.EndedKept + TimeSpan.FromSeconds(1));
        Guid[] recent = [.. Enumerable.Range(0, 1_100).Select(_ => Guid.NewGuid())];
        journal.TryAppend([.. recent.Select(id => Ended(id) with { Detail = new string('d', 4_000) })]);
        Assert.InRange(journal.Length, DirectiveJournal.CompactedAbove, 2 * DirectiveJournal.CompactedAbove);
        Assert.Null(journal.Find(old));
        journal.Dispose();
        using DirectiveJournal again = Open();
        Assert.Equal((5, true), (again.Epoch, again.IsDraining));
        Assert.Equal((open, "seen", DirectiveState.Running), (again.Unended.Single().Order, again.Unended.Single().Before.Text, again.Unended.Single().State));
        Assert.All(recent, id => Assert.NotNull(again.Find(id)));
        Assert.False(System.IO.File.Exists(File + ".new"));
    }

    [Fact]
    public void Apply_MoreEndsThanAreKept_ForgetsTheOldest()
    {
        Guid[] ids = [.. Enumerable.Range(0, JournalBook.MostEnded + 5).Select(_ => Guid.NewGuid())];
        JournalBook book = BookOf(ids.Select(Ended));
        Assert.Equal(ids[5..], book.Records.Select(r => r.Id).OrderBy(id => Array.IndexOf(ids, id)).ToArray());
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static JournalBook BookOf(IEnumerable<JournalStep> steps)
    {
        var book = new JournalBook();
        foreach (JournalStep step in steps)
        {
            book.Apply(step);
        }

        return book;
    }

    private static string Whole(JournalStep step)
    {
        string text = (step with { Parameters = null }).ToString() + string.Join(';', step.Parameters ?? []);
        return string.Concat(text.EnumerateRunes());
    }

    private static JournalStep Make((int Kind, int Id, long At, string Text) of)
    {
        DirectiveOrder order = DeskBench.Order(DirectiveKind.SetMemory, epoch: of.At % 9, parameters: ("memory_bytes", "1073741824")) with
        {
            Id = new Guid(of.Id + 1, 0, 0, new byte[8]),
            Reason = of.Text,
        };
        return of.Kind switch
        {
            0 => JournalStep.OfAccepted(order, of.Text, of.At),
            1 => JournalStep.OfBegun(order.Id, new ControlEvidence(of.Text), of.At),
            2 => JournalStep.OfEnded(order.Id, new(DirectiveState.Done, RefusalReason.None, of.Text) { Figures = new(of.At, null) }, of.At),
            3 => JournalStep.OfEnded(order.Id, DirectiveEnd.Refused(RefusalReason.Policy, of.Text), of.At),
            4 => JournalStep.OfEpoch(of.At, of.At),
            5 => JournalStep.OfLease(LeaseOf(of.Id), of.At),
            6 => JournalStep.OfLeaseOver(LeaseOf(of.Id), of.At),
            _ => JournalStep.OfDrain(of.At % 2 == 0, of.At),
        };
    }

    private static LimitLease LeaseOf(int id) =>
        new(new Guid(id + 1, 0, 0, new byte[8]), LimitForm.All[id % LimitForm.All.Length].Resource, DeskBench.Vm1, LimitForm.All[id % LimitForm.All.Length].DeviceParameter, 1024, 60_000 * id);

    private JournalStep Ended(Guid id) => JournalStep.OfEnded(id, new(DirectiveState.Done, RefusalReason.None, "seen"), Now);

    private DirectiveJournal Open() => DirectiveJournal.Open(_directory, _time, NullLogger.Instance);
}
