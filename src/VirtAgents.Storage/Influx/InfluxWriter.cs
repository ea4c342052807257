using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded;
using VirtAgents.Storage.Embedded.Writing;
using VirtAgents.Storage.Influx.Http;
using VirtAgents.Storage.Influx.Lines;
using VirtAgents.Storage.Influx.Preparing;

namespace VirtAgents.Storage.Influx;

/// <summary>Brings batches to the server and then into the local file. For one caller at a time.</summary>
internal sealed class InfluxWriter(EmbeddedStore local, InfluxHttp http, InfluxOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Lines of one request. More gain nothing, and fewer cost the server for each value.</summary>
    public const int LinesPerRequest = 5_000;

    /// <summary>Lines of the smallest request that a slow way to the server leads to.</summary>
    public const int FewestLines = 50;

    private readonly Preparation _preparation = new(http, options);
    private readonly Advice _advice = new(options);
    private readonly LineSender _sender = new(http, new RestartGuard(http, time));
    private readonly LineEncoder _encoder = new();
    private readonly LineBuffer _lines = new();
    private readonly Dictionary<HostId, HostNames> _names = [];
    private int _linesPerRequest = LinesPerRequest;
    private volatile InfluxTarget? _target;
    private volatile string? _note;

    /// <summary>Where lines go; null = the server is not known to be ready.</summary>
    public InfluxTarget? Target => _target;

    /// <summary>What operators should know although it keeps nothing from working; null = nothing.</summary>
    public string? Note => _note;

    /// <summary>Takes the names of hosts and VMs out of what is stored.</summary>
    public void Remember(IEnumerable<HostSnapshot> snapshots)
    {
        foreach (HostSnapshot snapshot in snapshots)
        {
            _names[snapshot.Inventory.Host.Id] = HostNames.Of(snapshot);
        }
    }

    /// <summary>Sees whether the server can be used, and makes it usable where that is allowed.</summary>
    public async Task<Prepared> PrepareAsync(CancellationToken cancellationToken)
    {
        Prepared prepared = await _preparation.RunAsync(cancellationToken);
        _target = prepared.Target;
        _note = prepared.Target?.AnswersQueries == false ? _advice.NoQueries() : _note;
        return prepared;
    }

    public async Task<WriteOutcome> WriteAsync(WriteBatch batch, CancellationToken cancellationToken)
    {
        if (ProblemOf(batch) is string wrong)
        {
            return Failed(WriteStatus.Rejected, wrong);
        }

        ReportRecord[] missing = [.. batch.Reports.Where(r => !local.IsStored(r))];
        if (missing.Length > 0 && await SendAsync(missing, batch.Snapshots, cancellationToken) is WriteOutcome failed)
        {
            return failed;
        }

        // From here on it is written or not, whoever cancels: a half-known outcome helps nobody.
        WriteOutcome outcome = await local.WriteAsync(batch, CancellationToken.None);
        if (outcome.Status == WriteStatus.Durable)
        {
            Remember(batch.Snapshots);
        }

        return outcome;
    }

    public void Dispose()
    {
        _sender.Dispose();
        _lines.Dispose();
    }

    private static WriteOutcome Failed(WriteStatus status, string problem) => new(status, 0, 0, 0, problem);

    private static string? ProblemOf(WriteBatch batch)
    {
        if (BatchCheck.ProblemOf(batch) is string problem)
        {
            return problem;
        }

        foreach (ReportRecord report in batch.Reports)
        {
            if (LineEncoder.ProblemOf(report) is string wrong)
            {
                return $"report {report.Sequence} of host {report.Host}: {wrong}";
            }
        }

        return null;
    }

    /// <summary>Null when InfluxDB has the samples.</summary>
    private async Task<WriteOutcome?> SendAsync(ReportRecord[] reports, IReadOnlyList<HostSnapshot> snapshots, CancellationToken cancellationToken)
    {
        InfluxTarget? target = _target;
        if (target is null)
        {
            Prepared prepared = await PrepareAsync(cancellationToken);
            if (prepared.Target is null)
            {
                return Failed(WriteStatus.Unavailable, prepared.Problem!);
            }

            target = prepared.Target;
        }

        if (OutcomeOf(await _sender.PrepareAsync(target, cancellationToken), target) is WriteOutcome away)
        {
            return away;
        }

        var names = new NewNames(_names, snapshots);
        _lines.Clear();
        foreach (ReportRecord report in reports)
        {
            LineEncoder.Rows rows = _encoder.Begin(report, names.Of(report));
            while (rows.Fill(_lines, _linesPerRequest))
            {
                if (await FlushAsync(target, cancellationToken) is WriteOutcome failed)
                {
                    return failed;
                }
            }
        }

        return await FlushAsync(target, cancellationToken) ?? Sent();
    }

    // Slowly, and not before a whole batch is through: a batch whose requests grow on the way would fail near its end again and again.
    private WriteOutcome? Sent()
    {
        _linesPerRequest = Math.Min(_linesPerRequest + (_linesPerRequest / 8), LinesPerRequest);
        return null;
    }

    private async Task<WriteOutcome?> FlushAsync(InfluxTarget target, CancellationToken cancellationToken)
    {
        if (_lines.Lines == 0)
        {
            return null;
        }

        WriteAnswer answer = await _sender.SendAsync(target, _lines.Written, cancellationToken);
        _lines.Clear();
        return OutcomeOf(answer, target);
    }

    /// <summary>Null when the server has the lines.</summary>
    private WriteOutcome? OutcomeOf(WriteAnswer answer, InfluxTarget target)
    {
        switch (answer.Verdict)
        {
            case WriteVerdict.Accepted:
                return null;
            case WriteVerdict.Expired:
                _note = $"InfluxDB dropped samples that are older than it keeps ({answer.Message})";
                return null;
            case WriteVerdict.NoTarget:
                _target = null;
                return Failed(WriteStatus.Unavailable, _advice.NoTarget(answer.Status, answer.Message, target.Flavour));
            case WriteVerdict.TooSlow:
                // Else a way that is too slow for a whole request would never let one through.
                _linesPerRequest = Math.Max(_linesPerRequest / 2, FewestLines);
                return Failed(WriteStatus.Unavailable, answer.Message);
            default:
                return Failed(
                    answer.Verdict == WriteVerdict.Wrong ? WriteStatus.Rejected : WriteStatus.Unavailable,
                    _advice.Of(answer.Status, answer.Message, target.Flavour));
        }
    }
}
