using System.Globalization;
using System.Text;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Cli.Backtests;

/// <summary>
/// Writes scores row after row. The file has its name only once it is whole: until <see cref="Complete"/> it is
/// another one beside it, which is removed when that never comes.
/// </summary>
internal sealed class ScoreFile : IDisposable
{
    private const string Head = "timestamp,anomaly_score,is_alarm,explanation\n";
    private readonly string _path;
    private readonly string _partial;
    private readonly StreamWriter _writer;
    private readonly StringBuilder _line = new();
    private bool _isComplete;

    public ScoreFile(string path)
    {
        _path = path;
        _partial = path + ".partial";
        _writer = new StreamWriter(_partial, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16);
        _writer.Write(Head);
    }

    public void Write(SeriesFile row, in AnomalyVerdict verdict)
    {
        _line.Clear().Append(row.TimeText).Append(',').Append(CultureInfo.InvariantCulture, $"{verdict.Score:R}").Append(verdict.IsAlarm ? ",1," : ",0,");
        AppendExplanation(row, verdict);
        _writer.Write(_line.Append('\n'));
    }

    public void Complete()
    {
        _writer.Dispose();
        File.Move(_partial, _path, overwrite: true);
        _isComplete = true;
    }

    public void Dispose()
    {
        _writer.Dispose();
        if (!_isComplete)
        {
            File.Delete(_partial);
        }
    }

    private void AppendExplanation(SeriesFile row, in AnomalyVerdict verdict)
    {
        if (verdict.Channel == AnomalyChannel.None)
        {
            return;
        }

        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{SafeText.Field(row.Signals[verdict.Signal])}: {NameOf(verdict.Channel)} {verdict.Observed:G6}; expected {verdict.ExpectedLow:G6} to {verdict.ExpectedHigh:G6}");
        _line.Append(CsvWriter.Quote(text));
    }

    private static string NameOf(AnomalyChannel channel) => channel switch
    {
        AnomalyChannel.Level => "level",
        AnomalyChannel.RecentLevel => "recent level",
        AnomalyChannel.TimeOfDay => "time of day",
        AnomalyChannel.Step => "step",
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "a channel without a name"),
    };
}
