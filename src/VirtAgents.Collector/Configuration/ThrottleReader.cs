using VirtAgents.Core.Detection.Remediation;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Configuration;

/// <summary>Reads how far a rule throttles, a part of the remediation policy.</summary>
internal static class ThrottleReader
{
    /// <summary>What such a rule names as its directive.</summary>
    public const string Name = "throttle";

    /// <summary>Window and pause of a rule that names none: who takes what others wait for is seen over quarters of hours.</summary>
    public static readonly TimeSpan UsualWindow = TimeSpan.FromHours(6), UsualPause = TimeSpan.FromMinutes(5);

    private const double LeastPart = 0.05, MostPart = 0.95;

    private static readonly IReadOnlyDictionary<string, LimitedResource> Resources =
        LimitForm.All.Where(f => !f.IsOfNetwork).ToDictionary(f => f.Name, f => f.Resource, StringComparer.Ordinal);

    /// <summary>The bounds; null = the rule does something else, or names no resource.</summary>
    public static ThrottleBounds? Check(string? directive, ThrottleText? text, string at, List<string> problems)
    {
        if (directive != Name)
        {
            if (text is not null)
            {
                problems.Add($"{at}throttle: it is not valid here; allowed: with directive '{Name}' alone");
            }

            return null;
        }

        at += "throttle.";
        LimitedResource resource = JsonFile.Choice(text?.Resource, Resources, at + "resource", problems);
        if (resource == LimitedResource.None)
        {
            return null;
        }

        LimitForm form = LimitForm.Of(resource);
        ThrottleBounds usual = new(resource, form.UsualFloor);
        double floor = JsonFile.Number(text!.Floor ?? usual.Floor, form.LeastFloor, form.MostFloor, at + "floor", problems);
        return usual with
        {
            Floor = (long)Math.Ceiling(floor),
            To = JsonFile.Number(text.To ?? usual.To, LeastPart, MostPart, at + "to", problems),
            Expiry = JsonFile.Time(text.Expiry, usual.Expiry, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), at + "expiry", problems),
        };
    }

    /// <summary>The part as it is written.</summary>
    internal sealed record ThrottleText(string? Resource, double? To, double? Floor, string? Expiry);
}
