using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Core.Tests.Detection.Anomalies;

public sealed class RoleTests
{
    [Theory]
    [InlineData("web-003-12", "web")]
    [InlineData("db2-prod-1", "db2-prod")]
    [InlineData("cache7", "cache")]
    [InlineData("app_01.2", "app")]
    public void Of_NameWithANumber_IsWhatIsBeforeIt(string name, string stem) => Assert.Equal(new Role("red", stem), Role.Of("red", name));

    [Theory]
    [InlineData("mail")]
    [InlineData("42")]
    [InlineData("")]
    public void Of_NameWithoutOne_IsNone(string name) => Assert.Null(Role.Of("red", name));
}
