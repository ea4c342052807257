namespace VirtAgents.Core.Metrics;

/// <summary>A number while it is being computed, or why there is none. The first unknown part decides.</summary>
/// <param name="Number">The number; 0 and without meaning when it is unknown.</param>
/// <param name="Unknown">Why it is unknown.</param>
internal readonly record struct Reckoned(double Number, UnknownReason Unknown)
{
    public static Reckoned Zero => default;

    public bool IsKnown => Unknown == UnknownReason.None;

    public double? OrNull => IsKnown ? Number : null;

    public static implicit operator Reckoned(double number) => new(number, UnknownReason.None);

    public static implicit operator Reckoned(UnknownReason reason) => new(0, reason);

    public static Reckoned operator +(Reckoned one, Reckoned other) => Both(one, other, one.Number + other.Number);

    public static Reckoned operator -(Reckoned one, Reckoned other) => Both(one, other, one.Number - other.Number);

    public static Reckoned operator *(Reckoned one, Reckoned other) => Both(one, other, one.Number * other.Number);

    private static Reckoned Both(Reckoned one, Reckoned other, double number) => !one.IsKnown ? one : !other.IsKnown ? other : number;
}
