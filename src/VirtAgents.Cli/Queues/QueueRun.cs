using System.Globalization;
using VirtAgents.Cli.Traces;
using VirtAgents.Core.Scheduling.Queues;

namespace VirtAgents.Cli.Queues;

/// <summary>A replay of a trace and what came of it.</summary>
/// <param name="Settings">What it was replayed with.</param>
/// <param name="Trace">The jobs.</param>
/// <param name="Starts">When each started, seconds after the first submission.</param>
/// <param name="Figures">How well they were served.</param>
/// <param name="CpuSeconds">CPU time of this process until then.</param>
internal sealed record QueueRun(QueueSettings Settings, QueueTrace Trace, double[] Starts, QueueFigures Figures, double CpuSeconds)
{
    /// <summary>Replays a trace.</summary>
    public static QueueRun Of(QueueSettings settings, QueueTrace trace)
    {
        Resources capacity = new(settings.Processors);
        var starts = new QueueReplay(capacity, settings.Discipline, settings.Backfilling).Run(trace.Jobs);
        var figures = QueueFigures.Of(trace.Jobs, starts, capacity);
        return new QueueRun(settings, trace, starts, figures, Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    /// <summary>Writes a line for each job: its place, its submission and its start, in seconds after the first submission.</summary>
    public void WriteSchedule(string path) => TraceFile.Write(path, writer =>
    {
        for (var i = 0; i < Starts.Length; i++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i} {Trace.Jobs[i].Request.SubmittedSeconds:F3} {Starts[i]:F3}"));
        }
    });
}
