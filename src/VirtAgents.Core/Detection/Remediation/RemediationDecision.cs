using System.Collections.Immutable;
using VirtAgents.Core.Directives;

namespace VirtAgents.Core.Detection.Remediation;

/// <summary>What is done about a finding now.</summary>
public enum RemediationVerdict
{
    /// <summary>No rule is about it, or the rule only observes.</summary>
    Nothing = 0,

    /// <summary>Its cause, an earlier try or a pause is waited for.</summary>
    Wait = 1,

    /// <summary>The rule says what it would do.</summary>
    Recommend = 2,

    /// <summary>The directive is sent.</summary>
    Act = 3,

    /// <summary>It was tried as often as the rule allows; it is for people now.</summary>
    GiveUp = 4,

    /// <summary>It would be sent, but nobody may act now.</summary>
    Held = 5,

    /// <summary>It is proposed to people.</summary>
    Propose = 6,
}

/// <summary>Verdict with the rule it comes from and why.</summary>
/// <param name="Verdict">What is done.</param>
/// <param name="Rule">The rule; null = none is about it.</param>
/// <param name="Why">For people.</param>
public sealed record RemediationDecision(RemediationVerdict Verdict, RemediationRule? Rule, string Why)
{
    /// <summary>Parameters of the directive, texts by name.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How its VM is throttled; null = the directive does something else.</summary>
    public ThrottlePlan? Throttle { get; init; }

    /// <summary>The directive with its parameters, for people.</summary>
    public string Directive => Rule is null ? "" : Describe(Rule.Directive, Parameters);

    /// <summary>A directive with its parameters, for people.</summary>
    public static string Describe(DirectiveKind kind, IEnumerable<KeyValuePair<string, string>> parameters) =>
        string.Join(' ', parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}").Prepend(DirectiveCatalogue.Find(kind)?.Name ?? kind.ToString()));
}
