using System.Globalization;

namespace VirtAgents.Core.Detection.Liveness;

/// <summary>What silence means at one instant.</summary>
/// <param name="LimitMs">Silence beyond which a stream may be suspected, milliseconds.</param>
/// <param name="PhiThreshold">Phi from which it may be suspected.</param>
/// <param name="Widening">How many times longer both are since the collector was late itself; 1 = it was not.</param>
/// <param name="Mass">Whether many streams are silent at once.</param>
public sealed record SilenceVerdict(double LimitMs, double PhiThreshold, double Widening, MassSilence Mass)
{
    // Rounds are always late by some milliseconds, which nobody needs to read.
    private const double ToldWidening = 1.05;

    /// <summary>Whether a stream is suspected.</summary>
    /// <param name="stream">What was heard of it at this instant.</param>
    public bool Suspects(in StreamHearing stream) =>
        !stream.IsHeldBack && stream.SilenceMs > LimitMs && stream.Rhythm.Phi(stream.SilenceMs) >= PhiThreshold;

    /// <summary>Why a stream is suspected, for people.</summary>
    /// <param name="stream">What was heard of it at this instant.</param>
    public string Explain(in StreamHearing stream)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"nothing heard for {stream.SilenceMs / 1_000:0} s; the stream is still open; phi {stream.Rhythm.Phi(stream.SilenceMs):0.0}, usually heard every {stream.Rhythm.MeanMs / 1_000:0.0} s");
        string widened = Widening < ToldWidening
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"; limits are {Widening:0.0} times as long, as the collector was late itself");
        return text + widened + (Mass.Holds ? $"; {Mass.Reason}" : "");
    }
}
